"""The events of one person, newest first, as long as they have the right to what these are about."""

from typing import Any, cast

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from aplus.demandes.models import Demande
from aplus.demandes.queries.list_marks import Mark, Sorting
from aplus.notifications import bell
from aplus.notifications.models import Notification
from aplus.policy.actor import Actor

PAGE_SIZE = 25
SORTING = Sorting("notifications", "at", id_column="id")


def page(actor: Actor, after: Mark | None) -> tuple[list[Notification], Mark | None]:
    """One page of lines, each with `is_unread`, and the mark after which the next begins: one query."""
    rows = _own(actor).filter(_apart() | Q(_is_visible(actor)), event__in=bell.shown())
    rows = rows.annotate(is_unread=ExpressionWrapper(bell.unread(), BooleanField()))
    found = list(SORTING.first(rows, SORTING.start(after), PAGE_SIZE + 1))
    lines = found[:PAGE_SIZE]
    return lines, SORTING.mark(lines[-1].pk, lines[-1].at) if len(found) > PAGE_SIZE else None


def is_unread(line: Notification) -> bool:
    """Of a line of `page`."""
    return bool(cast("Any", line).is_unread)


def unread(actor: Actor) -> QuerySet[Notification]:
    """All that is not marked as read."""
    return _own(actor).filter(read_at=None)


def lost(actor: Actor) -> Q:
    """The lines of demandes that this person does not see any more."""
    return ~_apart() & ~Q(_is_visible(actor))


def _own(actor: Actor) -> QuerySet[Notification]:
    return Notification.objects.filter(person=actor.person_id)


def _apart() -> Q:
    """Of no demande, or told to who manages and is not on it."""
    return Q(demande_id=None) | Q(codes__has_key="role")


def _is_visible(actor: Actor) -> Exists:
    return Exists(Demande.objects.visible_to(actor).filter(pk=OuterRef("demande_id")))
