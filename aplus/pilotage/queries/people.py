"""Finding a person for support, and reading what helps them: metadata, states and numbers, never content."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from aplus.accounts.models import Absence, Invitation, Membership, Passkey, Session, TotpDevice, User
from aplus.accounts.queries import actors, persons
from aplus.accounts.queries.persons import Person
from aplus.accounts.rules.roles import Role
from aplus.core import clock
from aplus.core.text import fold
from aplus.demandes.models import Part, Participant, ParticipantKind
from aplus.demandes.queries import lists
from aplus.demandes.queries.list_holders import Tab
from aplus.demandes.rules.life import OPEN_PARTS, DemandeState
from aplus.journal.models import JournalLine
from aplus.notifications.models import Notification
from aplus.pilotage.queries.directory import PersonRow, ids_of, in_scope, named, supervised, with_memberships
from aplus.pilotage.queries.pages import PAGE_SIZE, page
from aplus.policy.actor import Actor

LAST_ENTRIES, LAST_MAILS, MOST = 10, 20, 50


def find(
    actor: Actor, name: str, groupe: str, *, after: UUID | None = None, size: int = PAGE_SIZE
) -> tuple[list[PersonRow], UUID | None]:
    """People by name or exact address, and by groupe; those of the groupes that a superviseur sees.

    A page by name, and the id after which the next begins. Closed accounts too.
    """
    seen, known = in_scope(actor), None
    if not actor.is_administrateur:
        seen = supervised(actor.supervision) if actor.supervision else seen.none()
        known = ids_of(seen)
    rows = User.objects.filter(deleted_at=None)
    rows = rows.filter(email=name.lower()) if "@" in name else named(rows, name)
    if groupe or not actor.is_administrateur:
        places = seen
        for word in fold(groupe).split():
            places = places.filter(sort_key__contains=word)
        sought = ids_of(places) if groupe or known is None else known
        rows = rows.filter(Exists(Membership.objects.filter(user=OuterRef("pk"), groupe__in=sought)))
    found = page(rows, after, size)
    return with_memberships(found.rows, known), found.following


@dataclass(frozen=True)
class AboutRole:
    """One role of a person; no role for a word that is none."""

    person: Person
    role: Role | None

    @property
    def user_id(self) -> UUID:
        """Whose role."""
        return self.person.user_id


def role_of(actor: Actor, person_id: UUID, role: str) -> AboutRole | None:
    """A role of somebody whom this actor sees."""
    found = persons.seen_person(actor, person_id)
    return AboutRole(found, Role(role) if role in set(Role) else None) if found is not None else None


@dataclass(frozen=True)
class Entry:
    """An entry: when, by which means, from which browser."""

    at: datetime
    means: str
    browser: str


@dataclass(frozen=True)
class Delivery:
    """A mail about something, and what became of it; nothing of what it said."""

    event: str
    at: datetime
    state: str
    tries: int
    delivery: str
    delivery_at: datetime | None


@dataclass(frozen=True)
class Opened:
    """A session, without what opens it."""

    browser: str
    means: str
    created_at: datetime
    last_seen_at: datetime
    is_shared_post: bool


@dataclass(frozen=True)
class Invited:
    """A pending invitation to the same address."""

    groupe: str
    sent_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Away:
    """Days away, to come or going on."""

    from_date: date
    until_date: date


@dataclass(frozen=True)
class Support:
    """What the page of a person shows besides their groupes."""

    user: User
    # What they hold; `numbers` are the counters of their list (none for a closed account).
    actor: Actor
    has_totp: bool
    passkeys: int
    authored: int
    co_authored: int
    followed: int
    entries: Sequence[Entry]
    mails: Sequence[Delivery]
    sessions: Sequence[Opened]
    invitations: Sequence[Invited]
    absences: Sequence[Away]
    numbers: dict[Tab, int] = field(default_factory=dict)

    @property
    def has_factor(self) -> bool:
        """A confirmed application or a passkey."""
        return self.has_totp or self.passkeys > 0


def support(person: Person) -> Support:
    """All of it in two queries, whatever there is; the counters are those that the person would have."""
    rows = actors.with_roles().filter(pk=person.user_id).annotate(**_lists(person.user.email), **_numbers())
    user = rows.get()
    row: Any = cast("Any", user)
    actor = actors.roles_of(user)
    return Support(
        user=user,
        actor=actor,
        has_totp=row.has_totp,
        passkeys=row.passkey_number,
        authored=row.authored,
        co_authored=row.co_authored,
        followed=row.followed,
        entries=[Entry(_moment(one["at"]), one["means"] or "", one["browser"] or "") for one in row.entry_list],
        mails=[
            Delivery(one["event"], _moment(one["at"]), one["state"], one["tries"], one["delivery"], _maybe(one["back"]))
            for one in row.mail_list
        ],
        sessions=[
            Opened(
                one["browser"], one["means"], _moment(one["since"]), _moment(one["last"]), is_shared_post=one["shared"]
            )
            for one in row.session_list
        ],
        invitations=[
            Invited(one["groupe"], _moment(one["sent"]), _moment(one["until"])) for one in row.invitation_list
        ],
        absences=[Away(date.fromisoformat(one["from"]), date.fromisoformat(one["until"])) for one in row.absence_list],
        numbers=lists.counters(actor, now=clock.now()) if user.is_active else {},
    )


def _lists(email: str) -> dict[str, Any]:
    """What there are several of, as JSON beside the account."""
    now, mine = clock.now(), {"user": OuterRef("pk")}
    entries = JournalLine.objects.filter(actor_id=OuterRef("pk"), act="entree").order_by("-at")
    mails = Notification.objects.filter(person=OuterRef("pk"), is_mail=True).order_by("-at", "id")
    sessions = Session.objects.filter(**mine, expires_at__gt=now).order_by("-last_seen_at")
    invitations = Invitation.objects.filter(email=email, accepted_at=None, withdrawn_at=None).order_by("-sent_at")
    absences = Absence.objects.filter(**mine, until_date__gte=now.date(), ended_at=None).order_by("from_date", "id")
    return {
        "entry_list": _as_list(
            entries, LAST_ENTRIES, {"at": "at", "means": "codes__moyen", "browser": "codes__navigateur"}
        ),
        "mail_list": _as_list(
            mails,
            LAST_MAILS,
            {
                "event": "event",
                "at": "at",
                "state": "state",
                "tries": "tries",
                "delivery": "delivery",
                "back": "delivery_at",
            },
        ),
        "session_list": _as_list(
            sessions,
            MOST,
            {
                "browser": "browser",
                "means": "means",
                "since": "created_at",
                "last": "last_seen_at",
                "shared": "is_shared_post",
            },
        ),
        "invitation_list": _as_list(
            invitations, MOST, {"groupe": "groupe__name", "sent": "sent_at", "until": "expires_at"}
        ),
        "absence_list": _as_list(absences, MOST, {"from": "from_date", "until": "until_date"}),
    }


def _as_list(rows: "QuerySet[Any]", most: int, columns: dict[str, str]) -> ArraySubquery:
    return ArraySubquery(rows.values(line=JSONObject(**columns))[:most])


def _numbers() -> dict[str, Any]:
    """How many of each, never which."""
    on_it = Participant.objects.filter(user=OuterRef("pk"), until=None)
    followed = Part.objects.filter(
        ~Q(demande_state=DemandeState.ARCHIVED), followed_by=OuterRef("pk"), state__in=sorted(OPEN_PARTS)
    )
    return {
        "has_totp": Exists(TotpDevice.objects.filter(user=OuterRef("pk"), confirmed_at__isnull=False)),
        "passkey_number": _count(Passkey.objects.filter(user=OuterRef("pk")), "user"),
        "authored": _count(on_it.filter(kind=ParticipantKind.AUTHOR), "user"),
        "co_authored": _count(on_it.filter(kind=ParticipantKind.CO_AUTHOR), "user"),
        "followed": _count(followed, "followed_by"),
    }


def _count(rows: "QuerySet[Any]", by: str) -> Coalesce:
    number = rows.order_by().values(by).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _maybe(text: str | None) -> datetime | None:
    return _moment(text) if text else None
