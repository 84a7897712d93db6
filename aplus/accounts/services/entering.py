"""Asking for a link, entering by it, accepting the CGU, leaving."""

import base64
import secrets
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any, TypeVar, cast
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac

from aplus.accounts import limits
from aplus.accounts.models import LinkEnd, LinkPurpose, SignInLink, User
from aplus.accounts.queries import actors as queries
from aplus.accounts.rules import entering as rules
from aplus.accounts.rules.entering import LinkState
from aplus.accounts.services.people import name_key
from aplus.core import clock, jobs
from aplus.core.errors import DomainError, NotAllowed, Overtaken, Unknown
from aplus.journal import services as journal
from aplus.notifications.services import tell
from aplus.policy.actor import Actor

TELL_LINK = "accounts.tell_link"
EVENT = "connexion"
# To whose account is deactivated: a link of the same shape, to ask to come back.
CLOSED = "connexion-compte-desactive"
NEW_DEVICE = "nouvel-appareil"
FORGOTTEN = "mot-de-passe-oublie"
EVENTS = {LinkPurpose.ENTRY: EVENT, LinkPurpose.PASSWORD: FORGOTTEN}
NEWER_CGU = (
    "Les conditions générales d’utilisation viennent de changer\u00a0: lisez la nouvelle version, puis acceptez-la."
)
TOKEN_SALT = "aplus.accounts.sign_in_link"  # noqa: S105  a name, not a secret
NONCE_BYTES = 32
In = TypeVar("In")


class LinkOver(DomainError):
    """The link was good once; `state` says what ended it, `suite` is the page it was asked for."""

    def __init__(self, state: LinkState, suite: str) -> None:
        super().__init__(state.value)
        self.state = state
        self.suite = suite


def token_of(link: SignInLink) -> str:
    """The secret part of the link's address, made again from the row and the server's key (256 bits)."""
    digest = salted_hmac(TOKEN_SALT, link.pk.bytes + bytes(link.nonce), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def hash_of(token: str) -> bytes:
    """What the database keeps of a token."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


def lasts(purpose: LinkPurpose) -> timedelta:
    """How long a link of this purpose lives; the demo may shorten both."""
    entry = timedelta(seconds=settings.LOGIN_LINK_SECONDS)
    return min(entry, rules.PASSWORD_LINK_LASTS) if purpose is LinkPurpose.PASSWORD else entry


def ask_link(email: str, *, suite: str, browser: str, purpose: LinkPurpose = LinkPurpose.ENTRY) -> None:
    """Make a link for this address and have it mailed. Does the same work whether somebody has the address or not.

    `email` in lower case. Raises TooMany (links of all purposes count together); the fourth live link of an address and
    purpose ends its oldest.
    """
    with transaction.atomic():
        limits.take("lien", email, rules.LINKS_PER_ADDRESS)
        now = clock.now()
        alive = SignInLink.objects.filter(email=email, purpose=purpose, used_at=None, ended_at=None, expires_at__gt=now)
        surplus = alive.order_by("-created_at").values("pk")[rules.LINKS_ALIVE - 1 :]
        SignInLink.objects.filter(pk__in=surplus).update(ended_at=now, ended_by=LinkEnd.NEWER)
        link = SignInLink(
            email=email,
            purpose=purpose,
            nonce=secrets.token_bytes(NONCE_BYTES),
            suite=rules.local_path(suite),
            browser=browser,
            created_at=now,
            expires_at=now + lasts(purpose),
        )
        link.token_hash = hash_of(token_of(link))
        link.save(force_insert=True)
        jobs.defer(TELL_LINK, priority=10, link_id=str(link.pk))


def ask_link_again(token: str, *, browser: str, purpose: LinkPurpose = LinkPurpose.ENTRY) -> None:
    """A new link to the address of this one, for the same page; the address is not shown. Raises Unknown, TooMany."""
    link = queries.link(hash_of(token), purpose)
    if link is None:
        raise Unknown
    ask_link(link.email, suite=link.suite, browser=browser, purpose=purpose)


def tell_link(link_id: UUID) -> None:
    """Mail the link if its address is an active account's. Done once, however often it is called."""
    with transaction.atomic():
        link = SignInLink.objects.select_for_update().filter(pk=link_id, told_at=None).first()
        if link is None:
            return
        user = User.objects.by_email(link.email)
        if user is not None and user.is_active:
            tell(act_id=link.pk, event=EVENTS[LinkPurpose(link.purpose)], at=link.created_at, people=[user.pk])
        elif user is not None and user.deleted_at is None and link.purpose == LinkPurpose.ENTRY:
            tell(act_id=link.pk, event=CLOSED, at=link.created_at, people=[user.pk])
        link.told_at = clock.now()
        link.save(update_fields=["told_at"])


def tell_forgotten_links() -> None:
    """Make up for the jobs of a killed worker, as long as the links live."""
    now = clock.now()
    forgotten = SignInLink.objects.filter(
        told_at=None, ended_at=None, expires_at__gt=now, created_at__lt=now - rules.TOLD_WITHIN
    )
    for link_id in list(forgotten.values_list("pk", flat=True)):
        tell_link(link_id)


def link_in_force(token: str, purpose: LinkPurpose = LinkPurpose.ENTRY) -> SignInLink:
    """The live link of this token and purpose, to be shown before it is used. Raises Unknown, LinkOver."""
    link = queries.link(hash_of(token), purpose)
    if link is None:
        raise Unknown
    state = link.state(clock.now())
    if state is LinkState.LIVE and cast("Any", link).is_of_closed_account:
        state = LinkState.CLOSED_ACCOUNT
    if state is not LinkState.LIVE:
        raise LinkOver(state, link.suite)
    return link


def enter(token: str, *, let_in: Callable[[User, str], In]) -> In:
    """Use the link: its account goes in, the address's other links end.

    `let_in` is called inside the transaction, with the account and the page asked for ('' if none); its answer is
    returned. Of two entries at once by links of one address, one waits, then finds its link over. Raises Unknown,
    LinkOver.
    """
    with transaction.atomic():
        return let_in(*use_link(token, LinkPurpose.ENTRY))


def use_link(token: str, purpose: LinkPurpose) -> tuple[User, str]:
    """Use the link up, in the caller's transaction, with the others of its address and purpose.

    Its account, and the page that was asked for ('' if none). Raises Unknown, LinkOver.
    """
    found = link_in_force(token, purpose)
    # Always all of the address and in one order: entries by two links at once cannot wait for one another.
    links = SignInLink.objects.select_for_update().filter(email=found.email, purpose=purpose).order_by("pk")
    now = clock.now()
    link = next((link for link in links if link.pk == found.pk), None)
    if link is None:
        raise Unknown
    state = link.state(now)
    if state is not LinkState.LIVE:
        raise LinkOver(state, link.suite)
    user = User.objects.by_email(link.email)
    if user is None or not user.is_active:
        raise LinkOver(LinkState.CLOSED_ACCOUNT, link.suite)
    others = SignInLink.objects.filter(
        email=link.email, purpose=purpose, used_at=None, ended_at=None, expires_at__gt=now
    )
    others.exclude(pk=link.pk).update(ended_at=now, ended_by=LinkEnd.ENTRY)
    link.used_at = now
    link.save(update_fields=["used_at"])
    return user, link.suite


def note_entry(user: User, session_id: UUID, *, means: str, browser: str) -> None:
    """The entry's line in the journal; who has entered before, but never from such a browser, is told by mail.

    In the transaction that opens the session, whatever the means of entering.
    """
    known = queries.known_browsers(user.pk)
    codes: dict[str, str | int | bool] = {"moyen": means, "navigateur": browser}
    actor = Actor(user_id=user.pk, session_id=session_id)
    journal.write(actor, "entree", kind="session", thing_id=session_id, codes=codes)
    if known and browser not in known:
        tell(
            act_id=session_id,
            event=NEW_DEVICE,
            at=clock.now(),
            people=[user.pk],
            codes={"navigateur": browser},
        )


def leave(actor: Actor, close_session: Callable[[], None]) -> None:
    """End the session, with its line; without a session, only clean up."""
    with transaction.atomic():
        if actor.is_signed_in:
            journal.write(actor, "sortie", kind="session", thing_id=actor.session_id)
        close_session()


def welcome(actor: Actor, *, first_name: str, last_name: str, function: str, version: str = "") -> None:
    """Complete one's own account and accept the CGU in force: the `version` that was shown, when the page said which.

    Raises NotAllowed when the account is gone, Overtaken when another version came into force since.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().filter(Q(pk=actor.user_id, is_active=True)).first()
        if user is None:
            raise NotAllowed
        now, in_force = clock.now(), queries.cgu_in_force()
        if version and version != in_force:
            raise Overtaken(NEWER_CGU)
        user.first_name, user.last_name, user.function = first_name, last_name, function
        user.sort_key = name_key(first_name, last_name)
        user.cgu_version, user.cgu_accepted_at = in_force, now
        user.welcomed_at = user.welcomed_at or now
        user.save()
        codes: dict[str, str | int | bool] = {"version": user.cgu_version}
        journal.write(actor, "cgu", kind="compte", thing_id=user.pk, codes=codes)


def purge_links() -> None:
    """Erase the links of more than 24 hours, with their addresses."""
    SignInLink.objects.filter(created_at__lte=clock.now() - rules.LINK_KEPT).delete()
