"""The consequences of a change among members, in sentences; and the pages that ask to confirm it."""

from collections.abc import Sequence
from dataclasses import dataclass

from aplus.accounts.queries.persons import Person
from aplus.accounts.rules.members import Flags
from aplus.demandes.queries.managed import Show
from aplus.gestion.presenters.narrowing import Listed
from aplus.gestion.queries.consequences import Consequence
from aplus.policy import decisions
from aplus.policy.actor import Actor


@dataclass(frozen=True)
class Said:
    """What happens in one groupe; `url` leads to the demandes that are left, for who may read the list."""

    groupe: str
    sentences: list[str]
    url: str


def said(actor: Actor, consequences: Sequence[Consequence]) -> list[Said]:
    """One block per groupe; nothing to say of a groupe is said too."""
    return [_said(actor, one) for one in consequences]


def sentences(one: Consequence) -> list[str]:
    """What a change does to the demandes and to the groupe, numbers only."""
    found = []
    if one.opened is not None:
        found.append(_counted(one.opened, "en cours s’ouvre à cette personne.", "en cours s’ouvrent à cette personne."))
    if one.without_instructeur:
        found.append(
            _counted(one.without_instructeur, "reste sans aucun instructeur.", "restent sans aucun instructeur.")
        )
    elif one.back_to_groupe:
        found.append(
            _counted(
                one.back_to_groupe,
                "suivie par cette personne revient aux autres instructeurs du groupe.",
                "suivies par cette personne reviennent aux autres instructeurs du groupe.",
            )
        )
    if one.without_aidant:
        found.append(
            _counted(
                one.without_aidant,
                "reste sans aidant\u00a0: un responsable du groupe doit la confier à quelqu’un.",
                "restent sans aidant\u00a0: un responsable du groupe doit les confier à quelqu’un.",
            )
        )
    if one.with_other_aidant:
        found.append(
            _counted(one.with_other_aidant, "continue avec un autre aidant.", "continuent avec un autre aidant.")
        )
    if one.is_last_responsable:
        found.append("Le groupe n’a plus de responsable\u00a0: les superviseurs en sont avertis.")
    return found


def before_changing(one: Consequence) -> list[str]:
    """What is said beside the boxes, before anything is changed: numbers of the groupe as it is."""
    left, found = one.left, []
    if not one.held.is_instructeur:
        found.append(
            f"Donner le rôle d’instructeur ouvre à cette personne {_demandes(left.addressed)} en cours\u00a0; "
            "tous les membres du groupe en sont avertis."
        )
    if one.held.is_responsable and not left.others_responsable:
        found.append("Cette personne est le dernier responsable du groupe.")
    return found


def remembered(person: Person) -> list[str]:
    """The groupes and the flags that come back."""
    return [f"{one.groupe.name}\u00a0: {Flags.of(one).label}" for one in person.memberships]


def _said(actor: Actor, one: Consequence) -> Said:
    groupe = one.membership.groupe
    is_left = one.back_to_groupe or one.without_instructeur or one.without_aidant
    url = Listed(groupe, Show.ALONE).address() if is_left and decisions.may_see_metadata(actor, groupe) else ""
    return Said(groupe.name, sentences(one) or ["Aucune demande n’est laissée sans personne."], url)


def _counted(number: int, one: str, several: str) -> str:
    return f"{_demandes(number)} {several if number > 1 else one}"


def _demandes(number: int) -> str:
    return f"{number} demandes" if number > 1 else f"{number} demande"
