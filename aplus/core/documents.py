"""A document generated from the code: written by a command, compared by the same command in CI."""

from abc import abstractmethod
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

DOCS = Path(__file__).resolve().parents[2] / "docs"


class DocumentCommand(BaseCommand):
    """Writes one file of docs/; with `--check`, fails when it is not what would be written."""

    path: Path

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare only; exit 1 when the document is behind")

    def handle(self, *_args: Any, check: bool, **_options: Any) -> None:
        text = self.text()
        if not check:
            self.path.write_text(text, encoding="utf-8")
        elif not self.path.exists() or self.path.read_text(encoding="utf-8") != text:
            name = type(self).__module__.rpartition(".")[2]
            raise CommandError(f"docs/{self.path.name} is behind the code: run manage.py {name} and commit it")

    @abstractmethod
    def text(self) -> str:
        """The whole document."""


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; a vertical bar in a cell is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |\n" for line in lines)
