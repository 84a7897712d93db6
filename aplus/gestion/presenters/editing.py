"""What the form of a groupe shows beside its fields: the note as aidants read it, what changing organisme does."""

from dataclasses import dataclass

from aplus.annuaire.models import Groupe, Organisme
from aplus.demandes.content import IDENTIFIERS


@dataclass(frozen=True)
class Preview:
    """A groupe as the first step of a new demande shows it."""

    name: str
    organisme: str
    description: str
    public_note: str
    consigne: str


def preview(groupe: Groupe | None, organisme: Organisme | None, typed: dict[str, str]) -> Preview:
    """What was typed, over what the groupe is."""

    def said(name: str, column: str) -> str:
        return typed[name] if name in typed else str(getattr(groupe, column, ""))

    return Preview(
        name=said("nom", "name"),
        organisme=organisme.name if organisme else "",
        description=said("description", "description"),
        public_note=said("note", "public_note"),
        consigne=organisme.consigne if organisme else "",
    )


def consequences(groupe: Groupe, organisme: Organisme, members: int) -> list[str]:
    """What moving the groupe to this organisme does, said before it is done."""
    lines = [
        f"Les aidants trouveront ce groupe sous {organisme.acronym}, et non plus sous {groupe.organisme.acronym}.",
        "Les demandes déjà adressées au groupe, ou envoyées par lui, restent les siennes.",
    ]
    if members:
        lines.append(
            f"Ses membres ({members}) gardent leurs rôles\u00a0: vérifiez ensuite qu’aidant ou instructeur convient "
            "encore à chacun."
        )
    seen, unseen = set(organisme.identifiers), set(groupe.organisme.identifiers)
    if seen - unseen:
        lines.append(f"Ses instructeurs liront en clair sur ses demandes\u00a0: {_identifiers(seen - unseen)}.")
    if unseen - seen:
        lines.append(f"Ils n’y liront plus en clair\u00a0: {_identifiers(unseen - seen)}.")
    return lines


def _identifiers(codes: set[str]) -> str:
    return ", ".join(IDENTIFIERS.get(code, code) for code in sorted(codes))
