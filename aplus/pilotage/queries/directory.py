"""The directory: groupes and people inside what a reader supervises or observes, a page at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from aplus.accounts.models import Membership, User
from aplus.annuaire.models import Groupe
from aplus.core.text import fold
from aplus.pilotage.queries.pages import PAGE_SIZE, page
from aplus.policy.actor import Actor, Scope

CHUNK = 500


@dataclass(frozen=True)
class Asked:
    """What the directory is narrowed to; '' asks nothing."""

    territoire: str = ""
    organisme: str = ""
    # The name of a groupe, or of a person.
    name: str = ""
    is_closed: bool = False


@dataclass
class GroupeRow:
    """A groupe with how many active members hold each flag, and its responsables."""

    groupe: Groupe
    aidants: int = 0
    instructeurs: int = 0
    members: int = 0
    responsables: list[User] = field(default_factory=list)


@dataclass
class PersonRow:
    """Somebody active with the memberships that this reader may know of."""

    user: User
    memberships: list[Membership] = field(default_factory=list)


def in_scope(actor: Actor) -> QuerySet[Groupe]:
    """The groupes of the directory of this reader: all, or those supervised and observed."""
    groupes = Groupe.objects.order_by()
    if actor.is_administrateur:
        return groupes
    seen = Q(pk__in=())
    if actor.supervision is not None:
        seen |= Q(pk__in=supervised(actor.supervision).values("pk"))
    if actor.observation is not None:
        observed = actor.observation.organismes
        seen |= Q(pk__isnull=False) if observed is None else Q(organisme__in=observed)
    return groupes.filter(seen)


def supervised(scope: Scope) -> QuerySet[Groupe]:
    """Organisme and one territoire in scope (accounts.md §4); an empty set covers nothing at all."""
    groupes = Groupe.objects.order_by()
    if scope.organismes is not None:
        groupes = groupes.filter(organisme__in=scope.organismes)
    if scope.territoires is None:
        return groupes
    return groupes.filter(pk__in=Groupe.objects.covering(*scope.territoires)) if scope.territoires else groupes.none()


def groupes(
    actor: Actor, asked: Asked, *, after: UUID | None = None, size: int = PAGE_SIZE
) -> tuple[list[GroupeRow], UUID | None]:
    """A page of groupes by name, and the id after which the next begins: four queries, five after the first page."""
    rows = _narrowed(in_scope(actor), asked).filter(closed_at__isnull=not asked.is_closed)
    for word in fold(asked.name).split():
        rows = rows.filter(sort_key__contains=word)
    found = page(rows.select_related("organisme").prefetch_related("territoires"), after, size)
    by_id = {groupe.pk: GroupeRow(groupe) for groupe in found.rows}
    active = Membership.objects.filter(groupe__in=list(by_id), user__is_active=True).order_by()
    numbers = active.values_list("groupe").annotate(
        members=Count("pk"),
        aidants=Count("pk", filter=Q(is_aidant=True)),
        instructeurs=Count("pk", filter=Q(is_instructeur=True)),
    )
    for groupe_id, members, aidants, instructeurs in numbers:
        row = by_id[groupe_id]
        row.members, row.aidants, row.instructeurs = members, aidants, instructeurs
    leading = active.filter(is_responsable=True).select_related("user").order_by("user__sort_key", "user")
    for membership in leading:
        by_id[membership.groupe_id].responsables.append(membership.user)
    return list(by_id.values()), found.following


def people(
    actor: Actor, asked: Asked, *, after: UUID | None = None, size: int = PAGE_SIZE
) -> tuple[list[PersonRow], UUID | None]:
    """A page of active people by name, and the id after which the next begins: at most six queries.

    The A+ team also sees who is in no groupe, as long as no place is asked for.
    """
    seen = None if actor.is_administrateur else in_scope(actor)
    rows = User.objects.filter(is_active=True, deleted_at=None)
    known = None if seen is None else ids_of(seen)
    if known is not None or asked.territoire or asked.organisme:
        is_narrower = bool(asked.territoire or asked.organisme)
        places = ids_of(_narrowed(in_scope(actor), asked)) if known is None or is_narrower else known
        rows = rows.filter(Exists(Membership.objects.filter(user=OuterRef("pk"), groupe__in=places)))
    found = page(named(rows, asked.name), after, size)
    return with_memberships(found.rows, known), found.following


def ids_of(groupes: QuerySet[Groupe]) -> list[UUID]:
    """The open ones. Inside the search of each person, how places are found would be the planner's to guess."""
    return list(groupes.filter(closed_at=None).values_list("pk", flat=True))


def with_memberships(users: Iterable[User], known: list[UUID] | None) -> list[PersonRow]:
    """These people with what they hold in the groupes that the reader may know of (None: all), by name of groupe."""
    by_id = {user.pk: PersonRow(user) for user in users}
    held = Membership.objects.filter(user__in=list(by_id), groupe__closed_at=None)
    if known is not None:
        held = held.filter(groupe__in=known)
    places = held.select_related("groupe__organisme").prefetch_related("groupe__territoires")
    for membership in places.order_by("groupe__sort_key", "groupe_id"):
        by_id[membership.user_id].memberships.append(membership)
    return list(by_id.values())


def named(rows: QuerySet[User], text: str) -> QuerySet[User]:
    """Those whose name begins so, accents and case aside: the last name first, or the first name before it."""
    words = fold(text).split()
    if not words:
        return rows
    begins = Q(sort_key__startswith=" ".join(words))
    for number in range(1, len(words)):
        first, last = " ".join(words[:number]), " ".join(words[number:])
        begins |= Q(sort_key__startswith=last, sort_key__contains=f" {first}")
    return rows.filter(begins)


def all_groupes(actor: Actor, asked: Asked) -> Iterator[list[GroupeRow]]:
    """Every groupe of the directory, a chunk at a time."""
    after: UUID | None = None
    while True:
        rows, after = groupes(actor, asked, after=after, size=CHUNK)
        yield rows
        if after is None:
            return


def all_people(actor: Actor, asked: Asked) -> Iterator[list[PersonRow]]:
    """Everybody in the directory, a chunk at a time."""
    after: UUID | None = None
    while True:
        rows, after = people(actor, asked, after=after, size=CHUNK)
        yield rows
        if after is None:
            return


def _narrowed(groupes: QuerySet[Groupe], asked: Asked) -> QuerySet[Groupe]:
    if asked.organisme:
        groupes = groupes.filter(organisme=asked.organisme)
    if asked.territoire:
        groupes = groupes.filter(pk__in=Groupe.objects.covering(asked.territoire))
    return groupes
