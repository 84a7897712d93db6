"""Print who did what on one demande, by the number people say."""

import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from aplus.demandes.models import Demande
from aplus.demandes.presenters.states import number_label
from aplus.journal import queries

# As said or copied: "123456", "123 456", "n° 123 456", with any space.
NUMBER = re.compile(r"(?:n°)?([0-9]{1,18})", re.IGNORECASE)


class Command(BaseCommand):
    help = "Print the journal lines of one demande, by its number, oldest first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", nargs="+", help='as people say it: 123456, "123 456", n° 123 456')

    def handle(self, *_args: Any, number: list[str], **_options: Any) -> None:
        said = " ".join(number)
        found = NUMBER.fullmatch(re.sub(r"\s", "", said))
        if found is None:
            raise CommandError(f'"{said}" is not the number of a demande, such as 123 456.')
        demande = Demande.objects.filter(number=int(found[1])).only("id").first()
        if demande is None:
            raise CommandError(f"No demande has the number {number_label(int(found[1]))}.")
        for line in queries.readable(queries.lines_of(demande.id)):
            self.stdout.write(line)
