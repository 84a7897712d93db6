"""Django's session engine over our table: the key is stored hashed; session, account and rights come in one query."""

from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.db import transaction

from aplus.accounts import activity
from aplus.accounts.models import Session
from aplus.accounts.polling import Brings
from aplus.accounts.queries import actors as queries
from aplus.accounts.rules import entering as rules
from aplus.core import clock

KEY_BYTES = 32


def key_hash(key: str) -> bytes:
    """What the database keeps of a cookie's key."""
    return sha256(key.encode("utf-8", "surrogateescape")).digest()


def limits(*, is_shared_post: bool) -> tuple[timedelta, timedelta]:
    """How long a session may rest, and how long it may last."""
    if is_shared_post:
        return settings.SESSION_SHARED_IDLE, settings.SESSION_SHARED_MAX
    return settings.SESSION_IDLE, settings.SESSION_MAX


class SessionStore(SessionBase):
    """A session of the table `Session`; `row` is what was loaded or saved, None for whoever has none."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.row: Session | None = None
        # What the query that reads the session brings with it: see `accounts.polling`.
        self.brings: Brings | None = None
        self.has_bell = True
        self._about: dict[str, Any] = {}
        self._lasts: timedelta | None = None

    def describe(
        self,
        *,
        is_shared_post: bool,
        browser: str,
        means: str = "",
        factor_at: datetime | None = None,
        lasts: timedelta | None = None,
    ) -> None:
        """Say where and how the session about to be saved was opened, and when its second factor was proved.

        `lasts`: less than a whole session.
        """
        self._lasts = lasts
        self._about = {
            "is_shared_post": is_shared_post,
            "browser": browser,
            "means": means,
            "factor_at": factor_at,
        }

    def current(self) -> Session | None:
        """The row in force, with the account and its rights; read once, and only when the browser sent a key."""
        self._get_session()  # type: ignore[attr-defined]  # django-stubs leaves the base's cache out
        self.accessed = True
        return self.row

    def load(self) -> dict[str, Any]:
        """The session's values; nothing when it is unknown, idle for too long or over."""
        row = queries.live_session(key_hash(self.session_key or ""), self.brings, has_bell=self.has_bell)
        if row is None or row.last_seen_at + limits(is_shared_post=row.is_shared_post)[0] <= clock.now():
            self._session_key = None
            return {}
        self.row = row
        return self.decode(row.data)

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002  Django's signature
        """Write the session: an UPDATE, or an INSERT for a new one."""
        if self.session_key is None:
            self.create()
            return
        values: dict[str, Any] = self._get_session(no_load=must_create)  # type: ignore[attr-defined]  # same
        data, user_id = self.encode(values), values.get(SESSION_KEY)
        if must_create:
            self.row = self._insert(data, user_id)
        elif not Session.objects.filter(pk=key_hash(self.session_key)).update(data=data, user_id=user_id):
            raise UpdateError

    def take(self, name: str) -> Any:
        """Remove a value and return it, None when it is not there: once, even when two requests ask at once."""
        was_modified = self.modified
        self.pop(name, None)
        # The row is written here: nothing is left to save, nor to miss when the other request ended the session.
        self.modified = was_modified
        with transaction.atomic():
            row = Session.objects.select_for_update().filter(pk=key_hash(self.session_key or "")).first()
            values = self.decode(row.data) if row else {}
            value = values.pop(name, None)
            if row is not None and value is not None:
                row.data = self.encode(values)
                row.save(update_fields=["data"])
        return value

    def create(self) -> None:
        """Give the session a new key and write it."""
        self._session_key = token_urlsafe(KEY_BYTES)
        self.save(must_create=True)
        self.modified = True

    def cycle_key(self) -> None:
        """Forget the key and its row; the values get a new key when they are saved."""
        values, former = self._session, self.session_key  # type: ignore[attr-defined]  # same
        self._session_key = None
        self._session_cache = values
        self.row = None
        self.modified = True
        if former:
            self.delete(former)

    def exists(self, session_key: str) -> bool:
        """Whether a row stands under this key."""
        return Session.objects.filter(pk=key_hash(session_key)).exists()

    def delete(self, session_key: str | None = None) -> None:
        """Erase the row: the key opens nothing any more."""
        key = session_key or self.session_key
        if key:
            Session.objects.filter(pk=key_hash(key)).delete()
            self.row = None

    def get_expiry_age(self, **_kwargs: Any) -> int:
        """Seconds until the session's last possible moment: the age of the cookie."""
        end = self.row.expires_at if self.row else clock.now() + settings.SESSION_MAX
        return max(0, int((end - clock.now()).total_seconds()))

    def get_expiry_date(self, **_kwargs: Any) -> datetime:
        """The session's last possible moment."""
        return clock.now() + timedelta(seconds=self.get_expiry_age())

    def get_expire_at_browser_close(self) -> bool:
        """On a shared post the cookie goes with the browser."""
        return self.row is not None and self.row.is_shared_post

    def stamp(self) -> None:
        """Note that the session is in use, at most every five minutes; and its person there, at most once a day."""
        now = clock.now()
        if self.row is not None and self.row.user is not None:
            activity.stamp(self.row.user, now)
        if self.row is None or now - self.row.last_seen_at < rules.STAMP_EVERY:
            return
        Session.objects.filter(pk=self.row.pk, last_seen_at__lte=now - rules.STAMP_EVERY).update(last_seen_at=now)
        self.row.last_seen_at = now

    @classmethod
    def clear_expired(cls) -> None:
        """Erase the sessions that are over: done by `tasks.purge`."""
        now = clock.now()
        Session.objects.filter(expires_at__lte=now).delete()
        for is_shared_post in (False, True):
            idle, _ = limits(is_shared_post=is_shared_post)
            Session.objects.filter(is_shared_post=is_shared_post, last_seen_at__lte=now - idle).delete()

    def _insert(self, data: str, user_id: Any) -> Session:
        now = clock.now()
        _, longest = limits(is_shared_post=self._about.get("is_shared_post", False))
        return Session.objects.create(
            key_hash=key_hash(self.session_key or ""),
            user_id=user_id,
            data=data,
            **self._about,
            created_at=now,
            last_seen_at=now,
            expires_at=now + min(longest, self._lasts or longest),
        )
