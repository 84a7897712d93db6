"""What the page of a mandat and its printable form say."""

from collections.abc import Sequence

from aplus.demandes.content import MANDAT_MODE_LABELS, Authorisation, Usager
from aplus.demandes.mandat_pdf import Sheet
from aplus.demandes.models import Demande
from aplus.demandes.presenters.new import Fact
from aplus.demandes.presenters.states import number_label
from aplus.demandes.rules.steps import Typed
from aplus.ui.dates import day_label, moment_label


def facts_of_demande(demande: Demande, usager: Usager, authorisation: Authorisation) -> list[Fact]:
    """How the mandat of a demande was given."""
    zone, withdrawn_at = demande.territoire.timezone, demande.mandat.withdrawn_at
    attested = f"{demande.author.full_name}, le {moment_label(demande.attested_at, zone)}"
    facts = [
        Fact("Donné par", usager.full_name),
        Fact("À la structure", demande.structure.name),
        Fact("Comment", MANDAT_MODE_LABELS[authorisation.mode]),
        Fact("Obtenu le", moment_label(authorisation.obtained_at, zone)),
        Fact("Lu ou traduit par", authorisation.read_by),
        Fact("Valable jusqu'au", day_label(authorisation.until)),
        Fact("Retiré le", moment_label(withdrawn_at, zone) if withdrawn_at else ""),
        Fact("Attesté par", attested),
    ]
    return [fact for fact in facts if fact.value]


def facts_of_draft(person: Typed, structure: str, groupes: Sequence[str]) -> list[Fact]:
    """What the mandat of a draft will say, as far as it is known."""
    name = " ".join(part for part in (person.line("prenom"), person.line("nom")) if part)
    return [
        Fact("Donné par", name or "à compléter à l'étape 2"),
        Fact("À la structure", structure or "à choisir à l'étape 1"),
        Fact("Organismes", "\n".join(groupes) or "à choisir à l'étape 1"),
    ]


def sheet_of_draft(person: Typed, *, structure: str, aidant: str, groupes: Sequence[str], contact: str) -> Sheet:
    """The form to print and sign, made of what was typed so far."""
    try:
        until = person.day("mandat_jusqu_au")
    except ValueError:
        until = None
    return Sheet(
        contact=contact,
        prenom=person.line("prenom"),
        nom=person.line("nom"),
        nom_naissance=person.line("nom_naissance"),
        date_naissance=person.line("date_naissance"),
        structure=structure,
        aidant=aidant,
        groupes=tuple(groupes),
        until=day_label(until) if until else "",
        read_by=person.line("mandat_lu_par"),
    )


def sheet_of_demande(demande: Demande, usager: Usager, authorisation: Authorisation, *, contact: str) -> Sheet:
    """The form of a demande that was sent."""
    return Sheet(
        contact=contact,
        prenom=usager.first_name,
        nom=usager.last_name,
        nom_naissance=usager.birth_name,
        date_naissance=usager.birth_date,
        structure=demande.structure.name,
        aidant=demande.author.full_name,
        groupes=tuple(part.groupe.name for part in demande.part_list),
        until=day_label(authorisation.until),
        read_by=authorisation.read_by,
        number=number_label(demande.number),
    )
