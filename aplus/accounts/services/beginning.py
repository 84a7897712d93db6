"""What is kept of a person's first steps: the screens opened on the way, and that the panel is over."""

from uuid import UUID

from django.db import transaction
from django.db.models import F, Func, Value

from aplus.access.keys import read_key, use_key
from aplus.accounts.models import User
from aplus.accounts.rules import beginning as rules
from aplus.policy.actor import Actor


def note(user: User, actor: Actor, mark: str) -> None:
    """Remember that this screen was opened, when it is a step of a panel that is not over; else nothing is written."""
    if not mark or mark in user.first_steps or rules.OVER in user.first_steps:
        return
    if any(step.mark == mark for step in rules.steps_of(actor)):
        _add(user.pk, mark)


def finish(user: User) -> None:
    """All was done, and said so: the panel is over."""
    _add(user.pk, rules.OVER)


def hide(actor: Actor, *, key: str, location: str) -> None:
    """Not shown on the first page any more. Raises AlreadyDone."""
    with transaction.atomic():
        use_key(actor, read_key(key), location)
        _add(actor.person_id, rules.OVER)


def show(actor: Actor, *, key: str, location: str) -> None:
    """Shown there again. Raises AlreadyDone."""
    with transaction.atomic():
        use_key(actor, read_key(key), location)
        rest = Func(F("first_steps"), Value(rules.OVER), function="array_remove")
        User.objects.filter(pk=actor.person_id).update(first_steps=rest)


def _add(user_id: UUID, mark: str) -> None:
    rows = User.objects.filter(pk=user_id).exclude(first_steps__contains=[mark])
    rows.update(first_steps=Func(F("first_steps"), Value(mark), function="array_append"))
