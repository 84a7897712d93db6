"""Changing an account's address: by a link mailed to both, or at once when the old one is dead (accounts.md §3)."""

import base64
import secrets
from collections.abc import Iterable
from uuid import UUID, uuid4, uuid5

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac

from aplus.access.keys import read_key, use_key
from aplus.accounts import limits
from aplus.accounts.models import EmailChange, LinkEnd, SignInLink, User
from aplus.accounts.queries import actors, persons
from aplus.accounts.queries import addresses as queries
from aplus.accounts.queries.addresses import MailedLink
from aplus.accounts.rules import addresses as rules
from aplus.accounts.rules.addresses import ChangeState, Side
from aplus.accounts.services.ending import end_sessions
from aplus.accounts.services.entering import NONCE_BYTES, hash_of
from aplus.core import clock
from aplus.core.errors import DomainError, NotAllowed, Overtaken, Refused, Unknown
from aplus.journal import services as journal
from aplus.notifications.services import tell
from aplus.policy import decisions
from aplus.policy.actor import NOBODY, Actor

ASKED = "adresse-demandee"
CHANGED = "adresse-changee"
TOKEN_SALT = "aplus.accounts.email_change"  # noqa: S105  a name, not a secret
OWN = "C’est déjà l’adresse de votre compte."
TAKEN = "Cette adresse est devenue celle d’un autre compte d’Administration+\u00a0: l’adresse n’a pas été changée."


class ChangeOver(DomainError):
    """The link was good once; `state` says what ended its change."""

    def __init__(self, state: ChangeState) -> None:
        super().__init__(state.value)
        self.state = state


def token_of(change: EmailChange, side: Side) -> str:
    """The secret part of the link to one of the two addresses, made again from the row and the server's key."""
    secret = change.pk.bytes + bytes(change.nonce) + side.encode()
    digest = salted_hmac(TOKEN_SALT, secret, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def ask(actor: Actor, email: str, *, key: str, location: str) -> None:
    """Begin a change of one's own address: both addresses get a link. A change already pending ends.

    `email` in lower case. The same is written whether the address is an account's or not: its mail alone says it, to
    its owner. Raises Refused (one's own address), TooMany, AlreadyDone.
    """
    with transaction.atomic():
        use_key(actor, read_key(key), location)
        user = _locked(actor.person_id)
        if user is None or not user.is_active:
            raise NotAllowed
        if email == user.email:
            raise Refused.because(OWN, "adresse")
        limits.take("adresse", str(user.pk), rules.ASKED)
        limits.take("nouvelle-adresse", email, rules.ASKED)
        _cancel_pending(user)
        change = _new_change(user, email)
        change.save(force_insert=True)
        for side in Side:
            codes: dict[str, str | int | bool] = {"changement": str(change.pk), "cote": side.value}
            tell(act_id=uuid5(change.pk, side), event=ASKED, at=change.created_at, people=[user.pk], codes=codes)
        journal.write(actor, "adresse-demandee", kind="compte", thing_id=user.pk)


def cancel(actor: Actor) -> None:
    """Give up the change that is pending; without one, nothing."""
    with transaction.atomic():
        user = _locked(actor.person_id)
        if user is not None and _cancel_pending(user):
            journal.write(actor, "adresse-annulee", kind="compte", thing_id=user.pk)


def link_in_force(token: str) -> MailedLink:
    """The change of this token, pending or done, to be shown. Raises Unknown, ChangeOver."""
    found = queries.by_token_hash(hash_of(token))
    if found is None:
        raise Unknown
    state = queries.state_of(found.change)
    if state in {ChangeState.CANCELLED, ChangeState.EXPIRED} or not found.change.user.is_active:
        raise ChangeOver(ChangeState.CANCELLED if state is ChangeState.PENDING else state)
    return found


def confirm(actor: Actor, token: str) -> None:
    """Confirm from one address; the second one of the two changes the account. Confirming again does nothing.

    `actor` may be nobody: the link is what proves. Raises Unknown, ChangeOver, Overtaken (the address was taken).
    """
    with transaction.atomic():
        before = link_in_force(token).change
        user = _locked(before.user_id, before.new_email)
        # The row as it is now that nobody else can move it.
        found = link_in_force(token)
        change = found.change
        if user is None or found.confirmed_at is not None or change.done_at is not None:
            return
        setattr(change, "old_confirmed_at" if found.side is Side.OLD else "new_confirmed_at", clock.now())
        change.save(update_fields=["old_confirmed_at", "new_confirmed_at"])
        by = actor if actor.user_id == user.pk else NOBODY
        journal.write(by, "adresse-confirmee", kind="compte", thing_id=user.pk, codes={"cote": found.side.value})
        is_taken = _is_complete(change) and not _move(by, user, change)
        if is_taken:
            change.cancelled_at = clock.now()
            change.save(update_fields=["cancelled_at"])
    if is_taken:
        raise Overtaken(TAKEN)


def change_for(actor: Actor, person_id: UUID, email: str, *, key: str | None = None, location: str = "") -> None:
    """Give somebody whose address is dead another one, at once; without a key inside an act that has its own.

    `email` in lower case. Raises Unknown, NotAllowed, Refused (theirs already, or another account's), AlreadyDone.
    """
    with transaction.atomic():
        user, person = _locked(person_id, email), persons.person(person_id)
        if user is None or person is None:
            raise Unknown
        if not decisions.may_change_address(actors.as_of_now(actor), person):
            raise NotAllowed
        if key is not None:
            use_key(actor, read_key(key), location)
        if email == user.email:
            raise Refused.because("C’est déjà l’adresse de ce compte.", "adresse")
        _cancel_pending(user)
        change = _new_change(user, email)
        change.expires_at = change.created_at
        change.save(force_insert=True)
        if not _move(actor, user, change):
            raise Refused.because("Cette adresse est déjà celle d’un autre compte.", "adresse")


def purge() -> None:
    """Erase the changes of more than thirty days, with their addresses."""
    EmailChange.objects.filter(created_at__lte=clock.now() - rules.KEPT).delete()


def _locked(user_id: UUID, new_email: str = "") -> User | None:
    """The account, which every writer of its address locks; before it, the links of both when it is to move.

    An entry by link locks the links of its address, then the account: it comes before, or finds its link over.
    """
    if new_email:
        old_email = User.objects.filter(pk=user_id).values("email")
        links = SignInLink.objects.filter(Q(email=new_email) | Q(email__in=old_email))
        list(links.select_for_update().order_by("pk").values_list("pk"))
    return User.objects.select_for_update(no_key=True).filter(pk=user_id).first()


def _new_change(user: User, email: str) -> EmailChange:
    now = clock.now()
    change = EmailChange(
        id=uuid4(),
        user=user,
        old_email=user.email,
        new_email=email,
        nonce=secrets.token_bytes(NONCE_BYTES),
        created_at=now,
        expires_at=now + rules.LINKS_LIVE,
    )
    change.old_token_hash = hash_of(token_of(change, Side.OLD))
    change.new_token_hash = hash_of(token_of(change, Side.NEW))
    return change


def _cancel_pending(user: User) -> int:
    """The change that waits, or that nobody confirmed in time, gives way."""
    return EmailChange.objects.filter(user=user, done_at=None, cancelled_at=None).update(cancelled_at=clock.now())


def _is_complete(change: EmailChange) -> bool:
    return change.old_confirmed_at is not None and change.new_confirmed_at is not None


def _move(by: Actor, user: User, change: EmailChange) -> bool:
    """The account under its new address, everything of the old one over, those concerned told; False when taken.

    Sessions end, the CGU are asked again; the second factor stays.
    """
    user.email, user.cgu_version, user.cgu_accepted_at = change.new_email, "", None
    user.forget_mail_fact()
    try:
        with transaction.atomic():
            user.save(update_fields=["email", "cgu_version", "cgu_accepted_at", *User.MAIL_FACT])
    except IntegrityError:
        return False
    now = clock.now()
    both = [change.old_email, change.new_email]
    SignInLink.objects.filter(email__in=both, used_at=None, ended_at=None, expires_at__gt=now).update(
        ended_at=now, ended_by=LinkEnd.NEWER
    )
    end_sessions(user.pk)
    change.done_at = now
    change.save(update_fields=["done_at"])
    journal.write(by, "adresse-changee", kind="compte", thing_id=user.pk, codes={"changement": str(change.pk)})
    for side in Side:
        _tell_changed(change, side.value, [user.pk])
    _tell_changed(change, "responsable", queries.responsables_of(user.pk) - {by.user_id})
    return True


def _tell_changed(change: EmailChange, whom: str, people: Iterable[UUID]) -> None:
    # The address of a change is nowhere but in its row: the mail reads it there.
    about = {"changement": str(change.pk), "personne": str(change.user_id)}
    codes: dict[str, str | int | bool] = {**about, "pour": whom}
    tell(act_id=uuid5(change.pk, f"{CHANGED} {whom}"), event=CHANGED, at=clock.now(), people=people, codes=codes)
