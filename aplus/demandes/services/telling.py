"""Who is told of an act (notifications.md §2), written in the act's own transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from aplus.accounts.models import Absence, DigestChoice, Membership
from aplus.annuaire.models import Groupe
from aplus.demandes.models import Audience, Demande, Following, Message, Part
from aplus.demandes.queries import duty
from aplus.demandes.services.acting import Act
from aplus.notifications import services as notifications
from aplus.policy.decisions import AUTHOR_KINDS, Side


class Role(StrEnum):
    """In which capacity somebody who may not be on the demande is told of it; asked again when the mail leaves."""

    RESPONSABLE = "responsable"
    SUPERVISEUR = "superviseur"
    ADMINISTRATEUR = "administrateur"


@dataclass
class Recipients:
    """People and mailboxes (ids of groupes) that get a mail, and people who read it in the application only."""

    people: set[UUID] = field(default_factory=set)
    mailboxes: set[UUID] = field(default_factory=set)
    in_app: set[UUID] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.people or self.mailboxes or self.in_app)

    def __or__(self, other: "Recipients") -> "Recipients":
        return Recipients(self.people | other.people, self.mailboxes | other.mailboxes, self.in_app | other.in_app)


def tell(
    act: Act,
    event: str,
    recipients: Recipients,
    *,
    part: Part | None = None,
    role: Role | None = None,
    day: date | None = None,
    why: str = "",
) -> None:
    """Write the lines of one act; nobody is told of their own act.

    `role`: these people are told as such, with metadata only; `day`: the one the mail names; `why`: a code.
    """
    mine = {act.actor.user_id}
    codes: dict[str, str | int | bool] = {} if act.actor.user_id is None else {"acteur": str(act.actor.user_id)}
    if part is not None:
        codes["groupe"] = str(part.groupe_id)
    if role is not None:
        codes["role"] = role
    if day is not None:
        codes["jour"] = day.isoformat()
    if why:
        codes["motif"] = why
    notifications.tell(
        act_id=act.id,
        event=event,
        at=act.at,
        demande_id=act.demande.id,
        number=act.demande.number,
        people=recipients.people - mine,
        mailboxes=recipients.mailboxes,
        in_app=recipients.in_app - recipients.people - mine,
        codes=codes,
    )


def of_role(demande: Demande, groupe: Groupe, role: Role) -> set[UUID]:
    """Who answers for this groupe, in this capacity, at this moment."""
    match role:
        case Role.RESPONSABLE:
            return duty.responsables(groupe.id)
        case Role.SUPERVISEUR:
            return duty.superviseurs(demande, groupe)
        case Role.ADMINISTRATEUR:
            return duty.administrateurs()


def author_side(act: Act) -> Recipients:
    """The author and co-authors who still hold *aidant* in the structure.

    Whoever is absent gets the application's line only: the mail goes to the colleague who stands in.
    """
    told = active_authors(act)
    away = told & _replaced(act, told)
    return Recipients(people=told - away, in_app=away)


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
    on_it = [person.user_id for person in act.participants if person.kind in AUTHOR_KINDS]
    held = Membership.objects.filter(
        user_id__in=on_it, groupe_id=act.demande.structure_id, is_aidant=True, user__is_active=True
    )
    return set(held.values_list("user_id", flat=True))


def groupes_as_sent(act: Act, parts: Iterable[Part]) -> Recipients:
    """The groupes' mailboxes, and their instructeurs as each membership chose; all of them when urgent."""
    parts = list(parts)
    recipients = Recipients(mailboxes={part.groupe_id for part in parts if part.groupe.mailbox})
    members = Membership.objects.filter(
        groupe_id__in=[part.groupe_id for part in parts], is_instructeur=True, user__is_active=True
    ).values_list("user_id", "new_demandes")
    for user_id, choice in members:
        is_at_once = act.demande.is_urgent or choice == DigestChoice.EVERY
        (recipients.people if is_at_once else recipients.in_app).add(user_id)
    return recipients


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
    """Who hears of a reply or a note: each open part's, who wrote in the thread, who chose to follow; not who mutes.

    A person who has left is filtered when the mail is composed: rights are asked again there.
    """
    recipients = followers_else_groupes(act, [part for part in act.parts if part.is_open])
    written = Message.objects.filter(demande=act.demande, side=Side.INSTRUCTEURS).values_list("author_id", flat=True)
    wishes = dict(Following.objects.filter(demande=act.demande).values_list("user_id", "is_muted"))
    recipients.people |= set(written) | {user_id for user_id, is_muted in wishes.items() if not is_muted}
    recipients.people -= {user_id for user_id, is_muted in wishes.items() if is_muted}
    author_side = {person.user_id for person in act.participants if person.kind in AUTHOR_KINDS}
    recipients.people -= author_side
    recipients.in_app -= author_side
    return recipients


def of_message(act: Act, audience: Audience) -> Recipients:
    """Who hears of a message: both sides, or the instructeurs for a note."""
    told = instructeurs_in_touch(act)
    return told if audience is Audience.INSTRUCTEURS else told | author_side(act)


def told_of(act: Act, at: datetime, *, is_for_author: bool) -> Recipients:
    """Who was told of what this demande lived at that moment, in the same way."""
    recipients = Recipients()
    for line in notifications.told_at(act.demande.id, at):
        if line.groupe_id is not None:
            recipients.mailboxes.add(line.groupe_id)
        elif line.person_id is not None:
            (recipients.people if line.is_mail else recipients.in_app).add(line.person_id)
    if not is_for_author:
        authors = {person.user_id for person in act.participants if person.kind in AUTHOR_KINDS}
        recipients.people -= authors
        recipients.in_app -= authors
    return recipients
