"""Print the lines of the trail about one demande, by its id."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandParser

from aplus.journal import queries


class Command(BaseCommand):
    help = "Print who did what, and when, on one demande (its UUID)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("demande_id", type=UUID)

    def handle(self, *_args: Any, demande_id: UUID, **_options: Any) -> None:
        for line in queries.readable(queries.lines_of(demande_id)):
            self.stdout.write(line)
