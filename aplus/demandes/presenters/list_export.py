"""The columns of an export, and its two forms: CSV by chunks, XLSX in a temporary file.

Metadata only: nothing of the usager, of the subject, of a message or of a note (demandes.md §9). The same builder
serves who is on a demande, with the words of his side, and who reads metadata only (`side` None).
"""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from io import StringIO
from typing import IO, Any, TypeAlias

from xlsxwriter import Workbook

from aplus.annuaire.rules import local_day
from aplus.demandes.models import Demande
from aplus.demandes.presenters.list_filters import OTHER_THEME_NAME
from aplus.demandes.presenters.states import demande_label
from aplus.demandes.rules.life import DemandeState
from aplus.policy.decisions import Side

Cell: TypeAlias = str | int | date | None
Row: TypeAlias = Sequence[Cell]

HEADERS = (
    "Numéro",
    "État",
    "Thématique",
    "Territoire",
    "Structure",
    "Groupes saisis",
    "Envoyée le",
    "Première prise en charge le",
    "Traitée le",
    "Archivée le",
    "Délai de prise en charge (jours calendaires)",
    "Délai de traitement (jours calendaires)",
    "Non pertinente",
    "Blocage levé",
)
UNBLOCKED = {"oui": "Oui", "en_partie": "En partie", "non": "Non"}
# What a spreadsheet takes for a formula (OWASP, CSV injection).
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
BYTE_ORDER_MARK = "\ufeff"
DAY_FORMAT = "yyyy-mm-dd"
WIDTHS = {1: 14, 2: 28, 3: 24, 4: 32, 5: 48}
WIDTH = 18


def row(demande: Demande, side: Side | None) -> list[Cell]:
    """One line, in the words of this side; loaded by `queries.list_export`."""
    calendar = demande.territoire.calendar

    def day(at: datetime | None) -> date | None:
        return local_day(at, calendar) if at else None

    sent = local_day(demande.created_at, calendar)
    taken, archived = day(demande.taken_at), day(demande.archived_at)
    # Processed once and open again since, it is not processed.
    is_over = demande.state in {DemandeState.PROCESSED, DemandeState.ARCHIVED}
    processed = day(demande.processed_at) if is_over else None
    parts = sorted(demande.part_list, key=lambda part: (part.addressed_at, part.groupe.sort_key))
    return [
        demande.number,
        demande_label(demande.state, side),
        demande.thematique.name if demande.thematique else OTHER_THEME_NAME,
        str(demande.territoire),
        demande.structure.name,
        ", ".join(part.groupe.name for part in parts),
        sent,
        taken,
        processed,
        archived,
        (taken - sent).days if taken else None,
        (processed - sent).days if processed else None,
        "Oui" if any(part.is_not_relevant for part in parts) else "Non",
        UNBLOCKED.get(demande.is_unblocked, ""),
    ]


def as_csv(chunks: Iterable[Iterable[Row]], headers: Sequence[str] = HEADERS) -> Iterator[bytes]:
    """The lines of a CSV for spreadsheets: the header at once, then each chunk as it is read."""
    yield (BYTE_ORDER_MARK + _lines([headers])).encode()
    for chunk in chunks:
        yield _lines(chunk).encode()


def _lines(rows: Iterable[Row]) -> str:
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([_plain(cell) for cell in line] for line in rows)
    return text.getvalue()


def _plain(cell: Cell) -> str | int:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_SIGNS) else cell


def as_xlsx(chunks: Iterable[Iterable[Row]], headers: Sequence[str] = HEADERS) -> IO[bytes]:
    """A workbook, in a file that has no name any more: it is gone when it is closed, whatever happens."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  closed by whoever reads it
    try:
        # The sheet is written line by line beside it, in a folder that goes with this block.
        with tempfile.TemporaryDirectory() as folder:
            options = {"constant_memory": True, "tmpdir": folder}
            with Workbook(file, options) as book:
                _fill(book, chunks, headers)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def _fill(book: Any, chunks: Iterable[Iterable[Row]], headers: Sequence[str]) -> None:
    sheet = book.add_worksheet("Demandes")
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": DAY_FORMAT})
    for column, header in enumerate(headers):
        sheet.set_column(column, column, WIDTHS.get(column, WIDTH))
        sheet.write_string(0, column, header, bold)
    sheet.freeze_panes(1, 0)
    lines = (line for chunk in chunks for line in chunk)
    for number, line in enumerate(lines, start=1):
        for column, cell in enumerate(line):
            if isinstance(cell, str):
                # A text is written as a text: never a formula, never a link.
                sheet.write_string(number, column, cell)
            elif isinstance(cell, date):
                sheet.write_datetime(number, column, cell, day)
            elif cell is not None:
                sheet.write_number(number, column, cell)
