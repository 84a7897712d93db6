"""Reading people: the session of a request and its actor in one query, and where each person's day begins."""

from collections.abc import Collection
from datetime import UTC, datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from aplus.accounts.models import (
    CguVersion,
    Expertise,
    LinkPurpose,
    Membership,
    Observation,
    Passkey,
    Session,
    SignInLink,
    Supervision,
    TotpDevice,
    User,
)
from aplus.accounts.polling import Beside, Brings
from aplus.accounts.rules import entering as rules
from aplus.core import clock
from aplus.core.prepared import Prepared, stand_in
from aplus.journal.models import JournalLine
from aplus.notifications import bell
from aplus.policy.actor import NOBODY, Actor, HeldMembership, Scope
from aplus.ui import notices


def live_session(key_hash: bytes, brings: Brings | None = None, *, has_bell: bool = True) -> Session | None:
    """The session under this key with its account, its rights, the CGU in force and what it `brings`: one query.

    Nothing when it is over for good or its account is deactivated; idleness is the caller's to judge. `has_bell`: with
    what the person has not read, which pages count and timers do not.
    """
    columns, arguments = brings or (None, {})
    prepared, names = _session_query(columns, tuple(arguments), has_bell=has_bell)
    found = prepared.models(key_hash=key_hash, now=clock.now(), **arguments)
    for session in found:
        cast("Any", session).brought = {name: getattr(session, name) for name in names}
        return session
    return None


@cache
def _session_query(
    columns: Beside | None, arguments: tuple[str, ...], *, has_bell: bool
) -> tuple[Prepared[Session], list[str]]:
    """Compiled once for each view that has the session's query bring something; arguments of addresses are UUIDs."""
    stand_ins: dict[str, Any] = {name: stand_in(name) for name in arguments}
    brought = columns(**stand_ins) if columns else {}
    key_hash, now = b"stand-in of a key", datetime(2001, 1, 1, tzinfo=UTC)
    live = Q(user=None) | Q(user__is_active=True)
    rows = (
        Session.objects.filter(live, key_hash=key_hash, expires_at__gt=now)
        .select_related("user")
        .annotate(
            **_rights(of="user_id"),
            cgu_in_force=Subquery(_cgu_in_force(now)),
            has_factor=_has_factor(),
            **notices.columns(now),
            **(bell.columns() if has_bell else {}),
            **brought,
        )
    )
    return Prepared(rows, {"key_hash": key_hash, "now": now, **stand_ins}), list(brought)


def actor_of(session: Session) -> Actor:
    """Who asks, from a row of `live_session`."""
    return _actor(session.user, session, session.id) if session.user else NOBODY


def unread_of(session: Session) -> int:
    """How many events the person of this session has not read in the application; a row without a bell has none."""
    found = getattr(session, bell.COLUMN, None)
    return bell.count(actor_of(session), found) if found else 0


def actor_for(user_id: UUID) -> Actor:
    """What this person may do now, outside any session: for jobs, which ask rights again. One query."""
    for user in _account_query().models(person=user_id):
        return _actor(user, user, None)
    return NOBODY


def in_groupes(people: Collection[UUID]) -> list[Actor]:
    """These people, those whose account is active, with what they hold in groupes and whether they are experts.

    In two queries, for acts that tell many: the scopes of their other roles are not read.
    """
    held: dict[UUID, list[HeldMembership]] = {}
    rows = Membership.objects.filter(user__in=people, user__is_active=True, groupe__closed_at=None).values_list(
        "user_id",
        "groupe_id",
        "groupe__organisme_id",
        "is_aidant",
        "is_instructeur",
        "is_responsable",
        "instructeur_since",
    )
    for row in rows:
        held.setdefault(row[0], []).append(HeldMembership(row[1], row[2], row[3], row[4], row[5], row[6]))
    experts = set(Expertise.objects.filter(user__in=people, user__is_active=True).values_list("user_id", flat=True))
    somewhere = Scope(frozenset(), frozenset())
    return [
        Actor(one, memberships=tuple(held.get(one, ())), expertise=somewhere if one in experts else None)
        for one in held.keys() | experts
    ]


def with_roles() -> QuerySet[User]:
    """Accounts, active or not, with what `roles_of` reads."""
    return User.objects.annotate(**_rights(of="pk"))


def roles_of(user: User) -> Actor:
    """What this account holds, from a row of `with_roles`; while it is closed, what it would hold again."""
    return _actor(user, user, None)


def as_of_now(actor: Actor) -> Actor:
    """The same person with the rights they hold at this moment, once rows are locked; the system stays itself."""
    return actor_for(actor.user_id) if actor.user_id is not None else actor


@cache
def _account_query() -> Prepared[User]:
    rows = User.objects.filter(pk=stand_in("person"), is_active=True).annotate(**_rights(of="pk"))
    return Prepared(rows, {"person": stand_in("person")})


def is_welcomed(session: Session) -> bool:
    """Whether this person has accepted the CGU in force and has a name."""
    user = session.user
    if user is None:
        return True
    in_force = cast("Any", session).cgu_in_force
    return bool(user.first_name and user.last_name) and in_force in (None, user.cgu_version)


def cgu_in_force() -> str:
    """The version of the terms of use asked of everyone now; '' when none was published."""
    return _cgu_in_force(clock.now()).first() or ""


def first_path(actor: Actor) -> str:
    """The first page after signing in (product.md §5); an expert counts as invited."""
    if actor.aidant_groupe_ids or actor.instructeur_groupe_ids or actor.expertise is not None:
        return "/demandes/"
    if actor.responsable_groupe_ids:
        return "/groupes/"
    return "/pilotage/" if actor.has_pilotage else "/demandes/"


def known_browsers(user_id: UUID) -> set[str]:
    """The names of the browsers from which this person has entered, as far back as the journal goes."""
    entries = JournalLine.objects.filter(actor_id=user_id, act="entree").order_by()
    return set(entries.values_list("codes__navigateur", flat=True).distinct())


def link(token_hash: bytes, purpose: LinkPurpose = LinkPurpose.ENTRY) -> SignInLink | None:
    """The mailed link of this purpose under this hash, as long as it is remembered, with `is_of_closed_account`."""
    closed = User.objects.filter(email=OuterRef("email"), is_active=False)
    rows = SignInLink.objects.filter(token_hash=token_hash, purpose=purpose)
    rows = rows.filter(created_at__gt=clock.now() - rules.LINK_KEPT)
    return rows.annotate(is_of_closed_account=Exists(closed)).first()


def _has_factor() -> Q:
    """Whether the session's person has a second factor: a confirmed application or a passkey."""
    mine = {"user": OuterRef("user_id")}
    return Exists(TotpDevice.objects.filter(**mine, confirmed_at__isnull=False)) | Exists(
        Passkey.objects.filter(**mine)
    )


def _rights(of: str) -> dict[str, Any]:
    """What `_actor` reads, as subqueries of the row whose field `of` is the person's id."""
    return {
        "held": ArraySubquery(
            Membership.objects.filter(user=OuterRef(of), groupe__closed_at=None)
            .order_by("pk")
            .values(
                held=JSONObject(
                    groupe="groupe_id",
                    organisme="groupe__organisme_id",
                    aidant="is_aidant",
                    instructeur="is_instructeur",
                    responsable="is_responsable",
                    since="instructeur_since",
                )
            )
        ),
        "supervised": Subquery(_scope(Supervision, of, "territoires", "organismes")),
        "observed": Subquery(_scope(Observation, of, "organismes")),
        "expert_of": Subquery(_scope(Expertise, of, "territoires")),
    }


def _actor(user: User, row: Any, session_id: UUID | None) -> Actor:
    return Actor(
        user_id=user.pk,
        session_id=session_id,
        name=user.full_name,
        is_administrateur=user.is_administrateur,
        memberships=tuple(_membership(held) for held in row.held),
        supervision=_read_scope(row.supervised),
        observation=_read_scope(row.observed),
        expertise=_read_scope(row.expert_of),
    )


def _scope(role: type[Model], of: str, *sides: str) -> QuerySet[Any, Any]:
    """One JSON object for a scoped role: for each side, null when all is said, else the codes."""
    parts: dict[str, Any] = {}
    for side in sides:
        through = getattr(role, side).through
        owner, target = role.__name__.lower(), f"{side.removesuffix('s')}_id"
        parts[f"all_{side}"] = F(f"all_{side}")
        parts[side] = ArraySubquery(through.objects.filter(**{owner: OuterRef("pk")}).values(target))
    return role._default_manager.filter(user=OuterRef(of)).values(scope=JSONObject(**parts))  # noqa: SLF001  the same


def _cgu_in_force(now: datetime) -> QuerySet[CguVersion, str]:
    newest = CguVersion.objects.filter(in_force_at__lte=now).order_by("-in_force_at")
    return newest.values_list("version", flat=True)[:1]


def _membership(held: dict[str, Any]) -> HeldMembership:
    return HeldMembership(
        groupe_id=UUID(held["groupe"]),
        organisme_id=held["organisme"],
        is_aidant=held["aidant"],
        is_instructeur=held["instructeur"],
        is_responsable=held["responsable"],
        instructeur_since=datetime.fromisoformat(held["since"]) if held["since"] else None,
    )


def _read_scope(scope: dict[str, Any] | None) -> Scope | None:
    """A side that the role does not have (the territoires of an observateur) is all."""
    if scope is None:
        return None
    return Scope(territoires=_read_side(scope, "territoires"), organismes=_read_side(scope, "organismes"))


def _read_side(scope: dict[str, Any], side: str) -> frozenset[str] | None:
    return None if scope.get(f"all_{side}", True) else frozenset(scope[side])
