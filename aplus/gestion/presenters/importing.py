"""What the review of a file of people says: line by line, and in all."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from aplus.demandes.presenters.states import Badge
from aplus.gestion.queries.importing import Outcome, Plan, Planned

BADGES = {
    Outcome.CREATED: Badge("Invitée", "info"),
    Outcome.ATTACHED: Badge("Rattachée", "success"),
    Outcome.MOVED: Badge("Adresse changée", "info"),
    Outcome.UNCHANGED: Badge("Inchangée", "new"),
    Outcome.REFUSED: Badge("Refusée", "error"),
}
WHAT = {
    Outcome.CREATED: "Pas encore de compte\u00a0: une invitation part par e-mail, valable 7 jours.",
    Outcome.ATTACHED: "Compte connu\u00a0: rattaché au groupe, la personne est prévenue.",
    Outcome.MOVED: "L’adresse du compte change\u00a0; la personne et ses responsables sont prévenus.",
}
# For each outcome: one, several.
COUNTED = {
    Outcome.CREATED: ("personne à inviter", "personnes à inviter"),
    Outcome.ATTACHED: ("personne à rattacher", "personnes à rattacher"),
    Outcome.MOVED: ("adresse à changer", "adresses à changer"),
    Outcome.UNCHANGED: ("ligne inchangée", "lignes inchangées"),
    Outcome.REFUSED: ("ligne refusée", "lignes refusées"),
}
DONE = {
    Outcome.CREATED: ("invitation envoyée", "invitations envoyées"),
    Outcome.ATTACHED: ("personne rattachée", "personnes rattachées"),
    Outcome.MOVED: ("adresse changée", "adresses changées"),
}


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One line of the file as the review shows it."""

    number: int
    email: str
    name: str
    groupe: str
    roles: str
    badge: Badge
    why: str


@dataclass(frozen=True, slots=True)
class Opened:
    """How many people become instructeurs of a groupe, and how many demandes this opens to them."""

    groupe: str
    people: int
    demandes: int

    @property
    def text(self) -> str:
        """The sentence that is read before confirming (product.md §5)."""
        who = f"{self.people} nouveaux instructeurs" if self.people > 1 else "1 nouvel instructeur"
        if self.demandes == 0:
            what = "Aucune demande n’y est en cours."
        elif self.demandes == 1:
            what = "Ce rôle ouvre la demande qui y est en cours."
        else:
            what = f"Ce rôle ouvre les {self.demandes} demandes qui y sont en cours."
        return f"{self.groupe}\u00a0: {who}. {what} Tous les membres du groupe en seront prévenus."


@dataclass(frozen=True, slots=True)
class Review:
    """The whole page: counts, what is refused first, then what will be done, then what is as it was."""

    counts: list[str]
    opened: list[Opened]
    refused: list[ReviewLine]
    done: list[ReviewLine]
    unchanged: list[ReviewLine]


def review(plan: Plan, opens: Mapping[UUID, int]) -> Review:
    """The review; `opens` says how many open demandes each groupe has."""
    by_outcome = {outcome: [_line(one) for one in plan.lines if one.outcome is outcome] for outcome in Outcome}
    done = [_line(one) for one in plan.lines if one.outcome not in {Outcome.UNCHANGED, Outcome.REFUSED}]
    return Review(
        counts=_said(plan, COUNTED),
        opened=_opened(plan, opens),
        refused=by_outcome[Outcome.REFUSED],
        done=done,
        unchanged=by_outcome[Outcome.UNCHANGED],
    )


def groupes_opened(plan: Plan) -> Counter[UUID]:
    """How many people each groupe gains as instructeurs."""
    return Counter(one.groupe.pk for one in plan.lines if one.groupe and _becomes_instructeur(one))


def done_message(plan: Plan) -> str:
    """« 12 personnes rattachées, 3 invitations envoyées. »"""
    return f"L’import est fait\u00a0: {', '.join(_said(plan, DONE))}."


def _becomes_instructeur(one: Planned) -> bool:
    return one.flags.is_instructeur and (one.outcome in {Outcome.CREATED, Outcome.ATTACHED} or one.joins)


def _opened(plan: Plan, opens: Mapping[UUID, int]) -> list[Opened]:
    names = {one.groupe.pk: one.groupe.name for one in plan.lines if one.groupe}
    gained = groupes_opened(plan)
    return sorted(
        (Opened(names[pk], people, opens.get(pk, 0)) for pk, people in gained.items()), key=lambda one: one.groupe
    )


def _said(plan: Plan, words: Mapping[Outcome, Sequence[str]]) -> list[str]:
    counted = ((plan.count(outcome), said) for outcome, said in words.items())
    return [f"{number} {said[number > 1]}" for number, said in counted if number]


def _line(one: Planned) -> ReviewLine:
    line = one.line
    written = f"{line.first_name} {line.last_name}".strip()
    why = one.why or WHAT.get(one.outcome, "")
    if one.outcome is Outcome.MOVED:
        why = f"Remplace {line.former_email}. {why}"
    return ReviewLine(
        number=line.number,
        email=line.email,
        name=one.user.full_name if one.user else written,
        groupe=one.groupe.name if one.groupe else line.groupe,
        roles=one.flags.label if one.groupe and one.outcome is not Outcome.REFUSED else "",
        badge=BADGES[one.outcome],
        why=why,
    )
