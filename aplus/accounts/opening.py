"""The one end of every way in: a session, or half of one until the second factor is proved."""

from uuid import UUID

from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from aplus.access.gate import SeeOther
from aplus.accounts.models import User
from aplus.accounts.queries import actors as queries
from aplus.accounts.rules import entering as rules
from aplus.accounts.services.entering import note_entry
from aplus.accounts.sessions import SessionStore
from aplus.core import clock

BACKEND = "django.contrib.auth.backends.ModelBackend"


def go_in(
    request: HttpRequest,
    user: User,
    *,
    means: str,
    suite: str,
    is_shared_post: bool = False,
    factor_proved: bool = False,
) -> HttpResponse:
    """Open this person's session, with its line, and lead to `suite`, a path of this site, or to their first page.

    `means` is the journal's word. `factor_proved` says that this very entry proved a second factor. Whatever the
    browser held before is over. To be called in the transaction that uses up the means of entering.
    """
    browser = rules.browser_name(request.headers.get("User-Agent", ""))
    with transaction.atomic():
        session_id = _open(
            request, user, means=means, browser=browser, is_shared_post=is_shared_post, factor_proved=factor_proved
        )
        note_entry(user, session_id, means=means, browser=browser)
    # `request.actor` is still whoever was signed in before.
    return SeeOther(rules.local_path(suite) or queries.first_path(queries.actor_for(user.pk)))


def _open(
    request: HttpRequest, user: User, *, means: str, browser: str, is_shared_post: bool, factor_proved: bool
) -> UUID:
    store = request.session
    assert isinstance(store, SessionStore)  # noqa: S101  SESSION_ENGINE
    store.flush()
    store.describe(
        is_shared_post=is_shared_post, browser=browser, means=means, factor_at=clock.now() if factor_proved else None
    )
    login(request, user, backend=BACKEND)
    store.save()
    session = store.row
    assert session is not None  # noqa: S101  just saved
    return session.id
