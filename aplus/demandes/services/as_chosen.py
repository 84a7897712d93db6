"""What people chose to be told, put on who is to be told (notifications.md §3): at once, grouped, application only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from aplus.accounts.models import DigestChoice, MailChoice, Membership
from aplus.accounts.queries.choices import mail_plans
from aplus.accounts.rules.choices import is_told
from aplus.annuaire.models import Groupe


@dataclass
class Recipients:
    """Who gets a mail, or one grouped with others, or reads it in the application only; mailboxes by groupe.

    What each person chose for themselves comes on top of it, but for who is in `always`.
    """

    people: set[UUID] = field(default_factory=set)
    mailboxes: set[UUID] = field(default_factory=set)
    in_app: set[UUID] = field(default_factory=set)
    grouped: set[UUID] = field(default_factory=set)
    # Told at once whatever they chose: what they waited for, what is asked of them, what they are called to.
    always: set[UUID] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.everyone or self.mailboxes)

    def __or__(self, other: "Recipients") -> "Recipients":
        return Recipients(
            self.people | other.people,
            self.mailboxes | other.mailboxes,
            self.in_app | other.in_app,
            self.grouped | other.grouped,
            self.always | other.always,
        )

    @property
    def everyone(self) -> set[UUID]:
        """All these people, however they are told."""
        return self.people | self.in_app | self.grouped | self.always

    def keep(self, people: set[UUID]) -> None:
        """Tell the others nothing."""
        for told in (self.people, self.in_app, self.grouped, self.always):
            told.intersection_update(people)


@dataclass(frozen=True)
class Chosen:
    """The same people, each in one place; `moments` is when each grouped mail leaves."""

    people: set[UUID]
    moments: Mapping[UUID, datetime]
    in_app: set[UUID]


def as_chosen(told: Recipients, *, is_urgent: bool = False, muting: Iterable[UUID] = ()) -> Chosen:
    """What people chose for themselves: of theirs and their groupe's, the quieter choice.

    `muting`: who wants the essential only of this demande. An urgent one is told at once whatever anybody chose.
    """
    at_once = told.people - told.always
    grouped = told.grouped - told.always - at_once
    in_app = told.in_app - told.always - at_once - grouped
    asked = at_once | grouped
    if is_urgent or not asked:
        return Chosen(told.always | asked, {}, in_app)
    plans = mail_plans(asked)
    silent = {one for one in asked if plans[one].choice is MailChoice.NONE} | asked.intersection(muting)
    later = {one for one in asked - silent if one in grouped or plans[one].choice is MailChoice.GROUPED}
    moments = {one: plans[one].next_grouped for one in later}
    return Chosen(told.always | asked - silent - later, moments, in_app | silent)


class _Member(NamedTuple):
    """An instructeur: what their membership says of new demandes, what they say of all mails."""

    user_id: UUID
    of_groupe: str
    own: str


def as_sent(groupes: Iterable[Groupe], *, is_urgent: bool = False, but: Iterable[UUID] = ()) -> Recipients:
    """These groupes' mailboxes, and their instructeurs as each membership chose, leaving out the people of `but`.

    All of them when urgent. In a groupe without a mailbox somebody is always told: when those who were told have left,
    whoever stays is, whatever they chose (nobody may choose to be told nothing there).
    """
    places = {groupe.pk: groupe for groupe in groupes if groupe.closed_at is None}
    recipients = Recipients(mailboxes={pk for pk, groupe in places.items() if groupe.told_mailbox})
    rows = Membership.objects.filter(groupe_id__in=places, is_instructeur=True, user__is_active=True)
    rows = rows.exclude(user_id__in=list(but))
    members: dict[UUID, list[_Member]] = {pk: [] for pk in places}
    for row in rows.values_list("groupe_id", "user_id", "new_demandes", "user__mail_choice"):
        members[row[0]].append(_Member(*row[1:]))
    for groupe_id, there in members.items():
        if groupe_id in recipients.mailboxes or any(is_told(one.own, one.of_groupe) for one in there):
            _share(recipients, there, is_urgent=is_urgent)
        else:
            recipients.always |= {one.user_id for one in there}
    return recipients


def _share(recipients: Recipients, members: Iterable[_Member], *, is_urgent: bool) -> None:
    for one in members:
        if is_urgent or one.of_groupe == DigestChoice.EVERY:
            recipients.people.add(one.user_id)
        else:
            (recipients.grouped if one.of_groupe == DigestChoice.GROUPED else recipients.in_app).add(one.user_id)
