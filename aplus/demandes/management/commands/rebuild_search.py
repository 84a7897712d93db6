"""Make the blind index again: after a restore, a change of its key, or of the identifiers that organismes need."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandParser

from aplus.demandes.services import search


class Command(BaseCommand):
    help = "Make the search index again from the demandes, in batches; safe while the product serves."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--after", type=UUID, help="go on after this id, the last one that was printed")
        parser.add_argument("--batch", type=int, default=500, help="demandes per transaction")

    def handle(self, *_args: Any, after: UUID | None, batch: int, **_options: Any) -> None:
        if search.ensure_table():
            self.stdout.write("table made")
        total = 0
        last, done = search.rebuild_batch(after, batch)
        while last is not None:
            total += done
            self.stdout.write(f"{total} demandes, up to {last}")
            last, done = search.rebuild_batch(last, batch)
        self.stdout.write(f"{total} demandes indexed")
