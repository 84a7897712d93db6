"""Passwords, for whoever sets one: set, change, remove, enter by one, set anew by a mailed link."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from django.contrib.auth.hashers import check_password
from django.db import transaction

from aplus.access.keys import read_key, use_key
from aplus.accounts.models import LinkPurpose, User
from aplus.accounts.rules import passwords as rules
from aplus.accounts.services.ending import end_sessions
from aplus.accounts.services.entering import link_in_force, use_link
from aplus.core import clock
from aplus.core.errors import NotAllowed, Refused
from aplus.journal import services as journal
from aplus.notifications.services import tell
from aplus.policy.actor import Actor

EVENT = "mot-de-passe"
SET, CHANGED, REMOVED, RESET = "pose", "change", "retire", "oubli"
# Django compares it to nothing, and works as long as with a true one.
NONE = "!"
WRONG = "Ce n’est pas votre mot de passe actuel."


def right_one(email: str, password: str) -> User | None:
    """The active account that has this address and this password.

    One search and one computation of a hash, whatever is wrong: nothing tells an unknown address from a wrong password.
    """
    user = User.objects.by_email(email)
    is_open = user is not None and user.is_active
    return user if _is(user if is_open else None, password) else None


def still_right(user: User) -> User | None:
    """The same account under lock, in the caller's transaction, if neither it nor its password has changed since."""
    return User.objects.select_for_update().filter(pk=user.pk, is_active=True, password=user.password).first()


def set_password(actor: Actor, password: str, *, current: str, key: str, location: str) -> None:
    """Set one's first password, or change it; the other sessions end, the person is told by mail.

    Raises Refused (a wrong `current` when there is one, a poor password), AlreadyDone.
    """
    with _own_account(actor, key, location) as user:
        is_first = not user.has_usable_password()
        _require_current(user, current)
        _require_good(user, password)
        user.set_password(rules.normal(password))
        _finish(actor, user, SET if is_first else CHANGED)


def remove_password(actor: Actor, *, current: str, key: str, location: str) -> None:
    """Back to mailed links only. Raises Refused, AlreadyDone; nothing to do without a password."""
    with _own_account(actor, key, location) as user:
        if not user.has_usable_password():
            return
        _require_current(user, current)
        user.set_unusable_password()
        _finish(actor, user, REMOVED)


def reset(token: str, password: str) -> None:
    """Set a password by the mailed link, used up by it; every session ends. Raises Refused, Unknown, LinkOver.

    It opens nothing and leaves the second factor as it is.
    """
    with transaction.atomic():
        found, _ = use_link(token, LinkPurpose.PASSWORD)
        user = User.objects.select_for_update().get(pk=found.pk)
        _require_good(user, password)
        user.set_password(rules.normal(password))
        _finish(Actor(user_id=user.pk), user, RESET)


def may_be_reset(token: str) -> None:
    """Whether the link can still set a password. Raises Unknown, LinkOver."""
    link_in_force(token, LinkPurpose.PASSWORD)


@contextmanager
def _own_account(actor: Actor, key: str, location: str) -> Iterator[User]:
    """The person's own account under lock; the form's key is used up by an act that goes through."""
    with transaction.atomic():
        use_key(actor, read_key(key), location)
        user = User.objects.select_for_update().filter(pk=actor.person_id, is_active=True).first()
        if user is None:
            raise NotAllowed
        yield user


def _finish(actor: Actor, user: User, act: str) -> None:
    """Keep it, end the sessions but the one in use, write the line and tell the person."""
    user.save(update_fields=["password"])
    end_sessions(user.pk, keep=actor.session_id)
    journal.write(actor, EVENT, kind="compte", thing_id=user.pk, codes={"geste": act})
    tell(act_id=uuid4(), event=EVENT, at=clock.now(), people=[user.pk], codes={"geste": act})


def _require_current(user: User, current: str) -> None:
    if user.has_usable_password() and not _is(user, current):
        raise Refused.because(WRONG, "mot_de_passe_actuel")


def _require_good(user: User, password: str) -> None:
    problem = rules.problem(password, own=[user.full_name, user.first_name, user.last_name, user.email])
    if problem:
        raise Refused.because(problem, "mot_de_passe")


def _is(user: User | None, password: str) -> bool:
    """Whether this is their password; a hash of former settings is made again."""

    def renew(typed: str) -> None:
        if user is not None:
            user.set_password(typed)
            user.save(update_fields=["password"])

    return check_password(rules.normal(password), user.password if user else NONE, renew)
