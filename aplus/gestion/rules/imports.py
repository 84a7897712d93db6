"""Reading a file of people as spreadsheets save it: signs, separator, columns, lines (accounts.md §2)."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from aplus.core.text import fold

MAX_BYTES = 2 * 1024 * 1024
MAX_LINES = 2000
# What csv gives up on by itself is far longer than any cell of ours.
MAX_CELL = 1000

_SEPARATORS = (";", ",", "\t", "|")
_QUOTED = re.compile(r'"[^"]*"')
_NOT_A_WORD = re.compile(r"[\W_]+")
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
# What Windows-1252 leaves without a sign: a file that has them is something else.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class Column(StrEnum):
    """What a column may hold; the value is the name the model file gives it."""

    EMAIL = "email"
    FIRST_NAME = "prenom"
    LAST_NAME = "nom"
    FUNCTION = "fonction"
    GROUPE = "groupe"
    ORGANISME = "organisme"
    AIDANT = "aidant"
    INSTRUCTEUR = "instructeur"
    RESPONSABLE = "responsable"
    FORMER_EMAIL = "ancien_email"


FLAGS = (Column.AIDANT, Column.INSTRUCTEUR, Column.RESPONSABLE)
# Other names by which people call a column, as `_named` writes them.
_ALSO = {
    "e mail": Column.EMAIL,
    "mail": Column.EMAIL,
    "courriel": Column.EMAIL,
    "adresse": Column.EMAIL,
    "adresse mail": Column.EMAIL,
    "adresse email": Column.EMAIL,
    "adresse e mail": Column.EMAIL,
    "adresse electronique": Column.EMAIL,
    "nom de famille": Column.LAST_NAME,
    "qualite": Column.FUNCTION,
    "poste": Column.FUNCTION,
    "structure": Column.GROUPE,
    "nom du groupe": Column.GROUPE,
    "ancien email": Column.FORMER_EMAIL,
    "ancien e mail": Column.FORMER_EMAIL,
    "ancien mail": Column.FORMER_EMAIL,
    "ancienne adresse": Column.FORMER_EMAIL,
    "ancienne adresse e mail": Column.FORMER_EMAIL,
}
_YES = frozenset({"1", "oui", "o", "x", "vrai", "true", "yes"})
_NO = frozenset({"0", "non", "n", "faux", "false", "no"})


class Unreadable(ValueError):
    """The whole file cannot be read; the message says in French what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file: its number in the file, what its cells hold, and what is wrong with them."""

    number: int
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    function: str = ""
    groupe: str = ""
    organisme: str = ""
    former_email: str = ""
    # None: the file does not say.
    is_aidant: bool | None = None
    is_instructeur: bool | None = None
    is_responsable: bool | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """A file that could be read."""

    lines: list[Line]
    # Names of columns that mean nothing here, as they were written.
    ignored: list[str] = field(default_factory=list)


def decode(content: bytes) -> str:
    """The text of the file: UTF-8 with or without its mark, UTF-16 with its mark, else Windows-1252. Or Unreadable."""
    if content.startswith((_ZIP, _OLD_EXCEL)):
        raise Unreadable(
            "Ce fichier est un classeur\u00a0: dans votre tableur, choisissez «\u00a0Enregistrer sous\u00a0», puis le "
            "format CSV."
        )
    encodings = ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.search(text):
            return text
    raise Unreadable("Ce fichier n’est pas un texte\u00a0: enregistrez-le au format CSV depuis votre tableur.")


def read(text: str) -> Read:
    """The lines of the file, each with its problems. Raises Unreadable when no line can be understood."""
    text = text.removeprefix("\ufeff")
    separator = _separator(text)
    rows = _rows(text, separator)
    header = next(rows, None)
    if header is None:
        raise Unreadable("Ce fichier est vide.")
    columns, ignored = _columns(header[1])
    lines = [_line(number, cells, columns) for number, cells in islice(rows, MAX_LINES + 1)]
    if len(lines) > MAX_LINES:
        raise Unreadable(f"Ce fichier a plus de {MAX_LINES} lignes\u00a0: partagez-le en plusieurs fichiers.")
    if not lines:
        raise Unreadable("Ce fichier n’a pas de ligne sous les noms des colonnes.")
    return Read(lines, ignored)


def _separator(text: str) -> str:
    """The sign that stands most often in the first line that is not blank, quotes aside."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    counts = Counter(_QUOTED.sub("", first))
    # `max` keeps the first of equals: French spreadsheets write ";".
    return max(_SEPARATORS, key=lambda sign: counts[sign])


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank with the number of its line; Unreadable where the quotes have lost their way."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise Unreadable(f"La ligne {number} ne peut pas être lue\u00a0: vérifiez ses guillemets.") from None
        cells = [" ".join(cell.split()) for cell in cells]
        if any(cells):
            yield number, cells


def _named(cell: str) -> str:
    """The name of a column without accents, case, hyphens or underscores."""
    return _NOT_A_WORD.sub(" ", fold(cell)).strip()


def _columns(cells: list[str]) -> tuple[dict[Column, int], list[str]]:
    """Where each known column stands, and the names that are ignored. Raises Unreadable."""
    known = _ALSO | {_named(column.value): column for column in Column}
    columns: dict[Column, int] = {}
    ignored = []
    for rank, cell in enumerate(cells):
        column = known.get(_named(cell))
        if column is None:
            ignored += [cell[:60]] if cell else []
        elif column in columns:
            raise Unreadable(f"Deux colonnes disent la même chose\u00a0: «\u00a0{cell[:60]}\u00a0» ({column.value}).")
        else:
            columns[column] = rank
    if Column.EMAIL not in columns:
        raise Unreadable(
            "Aucune colonne ne s’appelle «\u00a0email\u00a0»\u00a0: la première ligne donne le nom des colonnes, comme "
            "dans le fichier modèle."
        )
    return columns, ignored


def _line(number: int, cells: list[str], columns: dict[Column, int]) -> Line:
    def cell(column: Column) -> str:
        rank = columns.get(column)
        return cells[rank] if rank is not None and rank < len(cells) else ""

    problems = []
    if any(len(each) > MAX_CELL for each in cells):
        return Line(number, problems=("Une case de cette ligne est trop longue\u00a0: vérifiez les guillemets.",))
    flags: dict[Column, bool | None] = {}
    for column in FLAGS:
        said = fold(cell(column))
        flags[column] = True if said in _YES else False if said in _NO else None
        if said and flags[column] is None:
            problems.append(f"Colonne «\u00a0{column.value}\u00a0»\u00a0: écrivez oui ou non.")
    return Line(
        number,
        email=cell(Column.EMAIL).lower(),
        first_name=cell(Column.FIRST_NAME),
        last_name=cell(Column.LAST_NAME),
        function=cell(Column.FUNCTION),
        groupe=cell(Column.GROUPE),
        organisme=cell(Column.ORGANISME),
        former_email=cell(Column.FORMER_EMAIL).lower(),
        is_aidant=flags[Column.AIDANT],
        is_instructeur=flags[Column.INSTRUCTEUR],
        is_responsable=flags[Column.RESPONSABLE],
        problems=tuple(problems),
    )
