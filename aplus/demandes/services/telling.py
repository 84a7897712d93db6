"""Who is told of an act (notifications.md §2), written in the act's own transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from aplus.accounts.models import Absence, Membership
from aplus.accounts.queries.actors import in_groupes
from aplus.annuaire.models import Groupe
from aplus.demandes.models import Audience, Demande, Following, Message, Part, Participant
from aplus.demandes.queries import duty
from aplus.demandes.services.acting import Act
from aplus.demandes.services.as_chosen import Chosen, Recipients, as_chosen, as_sent
from aplus.notifications import services as notifications
from aplus.policy.decisions import AUTHOR_KINDS, Side, standing


class Role(StrEnum):
    """In which capacity somebody who may not be on the demande is told of it; asked again when the mail leaves."""

    RESPONSABLE = "responsable"
    SUPERVISEUR = "superviseur"
    ADMINISTRATEUR = "administrateur"


def tell(
    act: Act,
    event: str,
    recipients: Recipients,
    *,
    part: Part | None = None,
    role: Role | None = None,
    day: date | None = None,
    why: str = "",
    about: UUID | None = None,
) -> None:
    """Write the lines of one act; nobody is told of their own act, nor of a demande they are not on.

    `role`: these people are told as such, with metadata only; `day`: the one the mail names; `why`: a code; `about`:
    the person whom the act is about, when a sentence names them.
    """
    told = _told(act, recipients, is_of_role=role is not None)
    codes: dict[str, str | int | bool] = {} if act.actor.user_id is None else {"acteur": str(act.actor.user_id)}
    if part is not None:
        codes["groupe"] = str(part.groupe_id)
    if role is not None:
        codes["role"] = role
    if day is not None:
        codes["jour"] = day.isoformat()
    if why:
        codes["motif"] = why
    if about is not None:
        codes["personne"] = str(about)
    notifications.tell(
        act_id=act.id,
        event=event,
        at=act.at,
        demande_id=act.demande.id,
        number=act.demande.number,
        people=told.people,
        mailboxes=recipients.mailboxes,
        grouped=told.moments,
        in_app=told.in_app,
        codes=codes,
    )


def _told(act: Act, recipients: Recipients, *, is_of_role: bool) -> Chosen:
    """These people as they chose. Who is told in a role is not on the demande, and has not chosen to mute it."""
    told = Recipients() | recipients
    told.keep(told.everyone - {act.actor.user_id})
    if is_of_role or not told.everyone:
        return as_chosen(told, is_urgent=act.demande.is_urgent)
    told.keep(_on_it(act, told.everyone))
    return as_chosen(told, is_urgent=act.demande.is_urgent, muting=_muting(act, told.people | told.grouped))


@dataclass(frozen=True)
class _Facts:
    """The demande as this act leaves it, for the policy: who came or left in it is known."""

    structure_id: UUID
    archived_at: datetime | None
    part_list: Sequence[Part]
    participant_list: Sequence[Participant]


def _on_it(act: Act, people: set[UUID]) -> set[UUID]:
    """Those of these people who are on the demande at this moment."""
    facts = _Facts(act.demande.structure_id, act.demande.archived_at, act.parts, act.participants)
    return {one.person_id for one in in_groupes(people) if standing(one, facts) is not None}


def _muting(act: Act, people: set[UUID]) -> set[UUID]:
    rows = Following.objects.filter(demande=act.demande, user__in=people, is_muted=True)
    return set(rows.values_list("user_id", flat=True))


def of_role(demande: Demande, groupe: Groupe, role: Role) -> set[UUID]:
    """Who answers for this groupe, in this capacity, at this moment."""
    match role:
        case Role.RESPONSABLE:
            return duty.responsables(groupe.id)
        case Role.SUPERVISEUR:
            return duty.superviseurs(demande, groupe)
        case Role.ADMINISTRATEUR:
            return duty.administrateurs()


def author_side(act: Act, *, always: bool = False) -> Recipients:
    """The author and co-authors who still hold *aidant* in the structure; `always`: whatever they chose.

    Whoever is absent gets the application's line only: the mail goes to the colleague who stands in.
    """
    told = active_authors(act)
    away = told & _replaced(act, told)
    return Recipients(in_app=away, **{"always" if always else "people": told - away})


def author_side_in_app(act: Act) -> Recipients:
    """The same people, in the application only."""
    return Recipients(in_app=active_authors(act))


def _replaced(act: Act, active: set[UUID]) -> set[UUID]:
    """Who is absent and has a colleague standing in on this demande, able to read it."""
    standing_in = [
        person.absence_id for person in act.participants if person.absence_id is not None and person.user_id in active
    ]
    if not standing_in:
        return set()
    return set(Absence.objects.filter(pk__in=standing_in, ended_at=None).values_list("user_id", flat=True))


def active_authors(act: Act) -> set[UUID]:
    """The ids of the author and co-authors who still hold *aidant* in the structure."""
    held = Membership.objects.filter(
        user_id__in=_authors(act), groupe_id=act.demande.structure_id, is_aidant=True, user__is_active=True
    )
    return set(held.values_list("user_id", flat=True))


def groupes_as_sent(act: Act, parts: Iterable[Part]) -> Recipients:
    """The groupes' mailboxes, and their instructeurs as each membership chose; who is an author is on one side only."""
    return as_sent([part.groupe for part in parts], is_urgent=act.demande.is_urgent, but=_authors(act))


def followers_else_groupes(act: Act, parts: Iterable[Part]) -> Recipients:
    """For each part, who follows it, else its groupe as for a new demande."""
    parts = list(parts)
    followed = _followed(parts)
    people = {part.followed_by_id for part in parts if part.id in followed and part.followed_by_id is not None}
    return Recipients(people=people) | groupes_as_sent(act, [part for part in parts if part.id not in followed])


def _followed(parts: Sequence[Part]) -> set[UUID]:
    """The parts whose follower is still in the groupe: of another, the groupe is told, else nobody would be."""
    held = Membership.objects.filter(
        user_id__in=[part.followed_by_id for part in parts if part.followed_by_id is not None],
        groupe_id__in=[part.groupe_id for part in parts],
        is_instructeur=True,
        user__is_active=True,
    )
    pairs = set(held.values_list("user_id", "groupe_id"))
    return {part.id for part in parts if (part.followed_by_id, part.groupe_id) in pairs}


def instructeurs_in_touch(act: Act) -> Recipients:
    """Who hears of a reply or a note: each open part's, who wrote in the thread, who chose to follow."""
    recipients = followers_else_groupes(act, [part for part in act.parts if part.is_open])
    written = Message.objects.filter(demande=act.demande, side=Side.INSTRUCTEURS).values_list("author_id", flat=True)
    follow = Following.objects.filter(demande=act.demande, is_muted=False).values_list("user_id", flat=True)
    recipients.people |= set(written) | set(follow)
    recipients.keep(recipients.everyone - _authors(act))
    return recipients


def of_message(act: Act, audience: Audience) -> Recipients:
    """Who hears of a message: both sides, or the instructeurs for a note."""
    told = instructeurs_in_touch(act)
    return told if audience is Audience.INSTRUCTEURS else told | author_side(act)


def told_of(act: Act, at: datetime, *, is_for_author: bool) -> Recipients:
    """Who was told of what this demande lived at that moment, in the same way; who was told in a role was not of it."""
    recipients = Recipients()
    for line in notifications.told_at(act.demande.id, at):
        if line.groupe_id is not None:
            recipients.mailboxes.add(line.groupe_id)
        elif line.person_id is not None and "role" not in line.codes:
            mailed = recipients.people if line.grouped_until is None else recipients.grouped
            (mailed if line.is_mail else recipients.in_app).add(line.person_id)
    if not is_for_author:
        recipients.keep(recipients.everyone - _authors(act))
    return recipients


def _authors(act: Act) -> set[UUID]:
    """The author and co-authors, whatever they still hold."""
    return {person.user_id for person in act.participants if person.kind in AUTHOR_KINDS}
