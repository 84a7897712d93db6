"""Verify that the lines of the trail are those that were sealed, and that the seals follow one another."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from aplus.journal import queries


class Command(BaseCommand):
    help = "Verify the seals of the journal and their lines; exit 1 when they differ. Late lines are reported."

    def handle(self, *_args: Any, **_options: Any) -> None:
        result = queries.verify()
        self.stdout.write(
            f"{result.seals} seals, {result.lines} lines sealed, {result.unsealed} not yet, "
            f"{result.expired} seals whose lines were erased after 12 months"
        )
        self.stdout.write(f"last seal: {result.last_digest.hex()} (compare with the logs)")
        for line_id in result.late:
            self.stdout.write(f"late: line {line_id} came after its seal")
        for problem in result.problems:
            self.stderr.write(f"MISMATCH: {problem}")
        if result.problems:
            sys.exit(1)
        self.stdout.write("the seals hold")
