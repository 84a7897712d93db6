"""Who is told of an act (notifications.md §2), written in the act's own transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from aplus.accounts.models import Absence, DigestChoice, MailChoice, Membership
from aplus.accounts.queries.choices import mail_plans
from aplus.annuaire.models import Groupe
from aplus.demandes.models import Audience, Demande, Following, Message, Part
from aplus.demandes.queries import duty
from aplus.demandes.services.acting import Act
from aplus.notifications import services as notifications
from aplus.policy.decisions import AUTHOR_KINDS, Side

# Told at once whatever people chose: what asks something of them, what they waited for, what they are called to.
AT_ONCE = frozenset({"traitement", "precisions", "invitation", "co-auteur"})


class Role(StrEnum):
    """In which capacity somebody who may not be on the demande is told of it; asked again when the mail leaves."""

    RESPONSABLE = "responsable"
    SUPERVISEUR = "superviseur"
    ADMINISTRATEUR = "administrateur"


@dataclass
class Recipients:
    """Who gets a mail, or one grouped with others, or reads it in the application only; mailboxes by groupe.

    What each person chose for themselves comes on top of it, in `tell`.
    """

    people: set[UUID] = field(default_factory=set)
    mailboxes: set[UUID] = field(default_factory=set)
    in_app: set[UUID] = field(default_factory=set)
    grouped: set[UUID] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.people or self.mailboxes or self.in_app or self.grouped)

    def __or__(self, other: "Recipients") -> "Recipients":
        return Recipients(
            self.people | other.people,
            self.mailboxes | other.mailboxes,
            self.in_app | other.in_app,
            self.grouped | other.grouped,
        )

    def leave_out(self, people: set[UUID]) -> None:
        """Tell these people nothing."""
        self.people -= people
        self.grouped -= people
        self.in_app -= people


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
    """Write the lines of one act; nobody is told of their own act.

    `role`: these people are told as such, with metadata only; `day`: the one the mail names; `why`: a code; `about`:
    the person whom the act is about, when a sentence names them.
    """
    told = _as_chosen(act, event, recipients)
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


@dataclass(frozen=True)
class Chosen:
    """The same people, each as they chose to be told; `moments` is when each grouped mail leaves."""

    people: set[UUID]
    moments: dict[UUID, datetime]
    in_app: set[UUID]


def _as_chosen(act: Act, event: str, recipients: Recipients) -> Chosen:
    """What people chose for themselves (notifications.md §3): of theirs and their groupe's, the quieter choice.

    An urgent demande is told at once whatever they chose; so are a few events, to whom these are told one by one.
    """
    mine: set[UUID | None] = {act.actor.user_id}
    at_once = {one for one in recipients.people if one not in mine}
    grouped = {one for one in recipients.grouped if one not in mine} - at_once
    in_app = {one for one in recipients.in_app if one not in mine} - at_once - grouped
    asked = grouped if event in AT_ONCE else at_once | grouped
    if act.demande.is_urgent or not asked:
        return Chosen(at_once | grouped, {}, in_app)
    plans = mail_plans(asked)
    later = {one for one, plan in plans.items() if one in grouped or plan.choice is not MailChoice.EACH}
    silent = {one for one in later if plans[one].choice is MailChoice.NONE}
    return Chosen(
        people=at_once - later, moments={one: plans[one].next_grouped for one in later - silent}, in_app=in_app | silent
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
        if act.demande.is_urgent or choice == DigestChoice.EVERY:
            recipients.people.add(user_id)
        else:
            (recipients.grouped if choice == DigestChoice.GROUPED else recipients.in_app).add(user_id)
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
    muted = {user_id for user_id, is_muted in wishes.items() if is_muted}
    recipients.people -= muted
    recipients.in_app |= recipients.grouped & muted
    recipients.grouped -= muted
    author_side = {person.user_id for person in act.participants if person.kind in AUTHOR_KINDS}
    recipients.leave_out(author_side)
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
            mailed = recipients.people if line.grouped_until is None else recipients.grouped
            (mailed if line.is_mail else recipients.in_app).add(line.person_id)
    if not is_for_author:
        authors = {person.user_id for person in act.participants if person.kind in AUTHOR_KINDS}
        recipients.leave_out(authors)
    return recipients
