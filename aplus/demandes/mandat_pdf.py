"""The printable mandat: one page, tagged PDF/UA, made by typst from data only (demandes.md §8)."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import typst

_SHEET = Path(__file__).parent / "typst" / "mandat.typ"
_TITLE = "Mandat : j’autorise une structure à m’aider"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed; what is empty is left to be written by hand."""

    contact: str
    prenom: str = ""
    nom: str = ""
    nom_naissance: str = ""
    date_naissance: str = ""
    structure: str = ""
    aidant: str = ""
    groupes: tuple[str, ...] = ()
    until: str = ""
    read_by: str = ""
    # "123 456" once the demande is sent.
    number: str = ""
    is_blank: bool = False


def render(sheet: Sheet) -> bytes:
    """The PDF. What was typed in signs that no font of ours can draw is left to be written by hand."""
    try:
        return _compile(sheet)
    except typst.TypstError:
        by_hand = replace(sheet, prenom="", nom="", nom_naissance="", date_naissance="", read_by="", is_blank=True)
        return _compile(by_hand)


def _compile(sheet: Sheet) -> bytes:
    # Typst reads the data as strings: nothing typed can be markup.
    data = json.dumps({**asdict(sheet), "title": _TITLE}, ensure_ascii=True)
    made = typst.compile(
        _SHEET.read_bytes(), format="pdf", sys_inputs={"data": data}, pdf_standards=["ua-1"], ignore_system_fonts=True
    )
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made
