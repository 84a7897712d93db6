"""Telling people of an act: lines and one job written with the act, mails sent later line by line."""

import logging
import traceback
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import F

from aplus.core import clock, jobs
from aplus.notifications import bell
from aplus.notifications.digests import DIGEST
from aplus.notifications.mails import Mail, build
from aplus.notifications.models import Notification, State
from aplus.notifications.registry import composer_of

logger = logging.getLogger(__name__)

DELIVER = "notifications.deliver"
# The job of the act comes at once; the sweep takes over what it left after this long.
FIRST_SWEEP = timedelta(minutes=1)
RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720))
# A mail server that hangs must not hold a worker for longer; the next sweep goes on.
TURN_LASTS = timedelta(seconds=50)
KEPT = timedelta(days=90)
ITEMS_AT_MOST = 100
# Any two numbers of our own, so that one process gathers at a time.
DIGEST_LOCK = (0x4E4F5449, 1)


def tell(
    *,
    act_id: UUID,
    event: str,
    at: datetime,
    demande_id: UUID | None = None,
    number: int | None = None,
    people: Iterable[UUID] = (),
    mailboxes: Iterable[UUID] = (),
    invitations: Iterable[UUID] = (),
    contacts: Iterable[UUID] = (),
    grouped: Mapping[UUID, datetime] | None = None,
    in_app: Iterable[UUID] = (),
    codes: dict[str, str | int | bool] | None = None,
) -> None:
    """Write who is told of an act, in the act's own transaction, and one job that sends the mails after commit.

    `people`, `mailboxes` (ids of groupes), `invitations` (ids: their addresses have no account) and `contacts` (ids of
    messages to the team, who gets the mail) get a mail; for who is in `grouped`, it is kept for a grouped one from that
    moment on; `in_app` is a line in the application only. Who is in several gets the first of these. The same act and
    recipient twice is once. `codes` holds small values without personal data, kept 90 days.
    """
    composer_of(event)

    def line(*, is_mail: bool = True, **recipient: UUID) -> Notification:
        return Notification(
            act_id=act_id,
            event=event,
            at=at,
            demande_id=demande_id,
            number=number,
            **recipient,
            codes=codes or {},
            is_mail=is_mail,
            state=State.PENDING if is_mail else State.SENT,
            next_try_at=clock.now() + FIRST_SWEEP if is_mail else None,
            sent_at=None if is_mail else at,
            read_at=None if "person_id" in recipient and bell.is_shown(event) else at,
        )

    mailed = [line(person_id=person) for person in dict.fromkeys(people)]
    mailed += [line(groupe_id=groupe) for groupe in dict.fromkeys(mailboxes)]
    mailed += [line(invitation_id=invitation) for invitation in dict.fromkeys(invitations)]
    mailed += [line(contact_id=contact) for contact in dict.fromkeys(contacts)]
    kept = [_grouped(line(person_id=person), moment) for person, moment in (grouped or {}).items()]
    shown = [line(is_mail=False, person_id=person) for person in dict.fromkeys(in_app)]
    with transaction.atomic():
        # Mails first: of two lines for one person, the second is left out.
        Notification.objects.bulk_create([*mailed, *kept, *shown], ignore_conflicts=True)
        if mailed:
            jobs.defer(DELIVER, act_id=str(act_id))


def _grouped(line: Notification, moment: datetime) -> Notification:
    line.state, line.grouped_until, line.next_try_at = State.GROUPED, moment, None
    return line


def send_digests() -> None:
    """Make one mail of what is kept for each person whose moment has come; it leaves as any other."""
    until = clock.now() + TURN_LASTS
    while clock.now() < until and _gather_next():
        pass


def ungroup(person_id: UUID) -> None:
    """What is kept for this person's next grouped mail stays in the application only."""
    waiting = Notification.objects.filter(person=person_id, state=State.GROUPED, digest_id=None)
    waiting.update(state=State.SENT, is_mail=False, sent_at=F("at"))


def _gather_next() -> bool:
    """The lines of one person under one digest, in one transaction: they are in no other. False when none is due."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", DIGEST_LOCK)
            if not cursor.fetchone()[0]:
                return False
        now = clock.now()
        due = Notification.objects.filter(state=State.GROUPED, digest_id=None, grouped_until__lte=now)
        first = due.order_by("grouped_until", "id").first()
        if first is None or first.person_id is None:
            return False
        lines = due.filter(person=first.person_id).order_by("at", "id").values_list("pk", flat=True)
        digest_id = uuid4()
        # Again under lock: a choice may have been changed at this very moment.
        gathered = due.filter(pk__in=list(lines[:ITEMS_AT_MOST])).update(digest_id=digest_id)
        if gathered:
            tell(act_id=digest_id, event=DIGEST, at=now, people=[first.person_id])
    return True


def told_at(demande_id: UUID, at: datetime) -> list[Notification]:
    """The lines of the act that this demande lived at that moment, as long as they are kept."""
    return list(Notification.objects.filter(demande_id=demande_id, at=at))


def deliver(act_id: UUID) -> None:
    """Send what the act left to send, each line once; a line that fails waits for the sweep."""
    _send_each(clock.now() + TURN_LASTS, act_id=act_id, tries=0)


def sweep() -> None:
    """Send what is left over from any act: retries that are due, and lines whose job was killed."""
    now = clock.now()
    _send_each(now + TURN_LASTS, next_try_at__lte=now)


def send_again(line_id: UUID | None = None) -> int:
    """Take a line that failed, or all of them, for new: the next sweep tries it, with all its retries; how many."""
    failed = Notification.objects.filter(state=State.FAILED)
    if line_id is not None:
        failed = failed.filter(pk=line_id)
    return failed.update(state=State.PENDING, tries=0, next_try_at=clock.now())


def is_known(line_id: UUID) -> bool:
    """Whether there is such a line."""
    return Notification.objects.filter(pk=line_id).exists()


def purge() -> None:
    """Forget delivery states after 90 days."""
    Notification.objects.filter(at__lt=clock.now() - KEPT).exclude(state=State.PENDING).delete()


def _send_each(until: datetime, **waiting: Any) -> None:
    while clock.now() < until and _send_next(**waiting):
        pass


def _send_next(**waiting: Any) -> bool:
    """Send one pending line, locked so that no other worker sends it too; False when none is left."""
    with transaction.atomic():
        line = (
            Notification.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("person")
            .filter(state=State.PENDING, **waiting)
            .order_by("next_try_at", "id")
            .first()
        )
        if line is None:
            return False
        line.tries += 1
        try:
            mail = _compose(line)
            if mail is not None:
                mail.send()
        except Exception as error:  # whatever fails for one line must not stop the others
            _mark_failed(line, error)
        else:
            _mark_done(line, mail)
        line.save(update_fields=["state", "tries", "next_try_at", "sent_at", "message_id"])
    return True


def _compose(line: Notification) -> Mail | None:
    # A savepoint: a failed query of a composer leaves the transaction usable to note the failure.
    with transaction.atomic():
        composed = composer_of(line.event)(line)
    return None if composed is None else build(line, composed)


def _mark_done(line: Notification, mail: Mail | None) -> None:
    line.state = State.DROPPED if mail is None else State.SENT
    line.next_try_at = None
    if mail is not None:
        line.sent_at = clock.now()
        line.message_id = mail.message_id


def _mark_failed(line: Notification, error: Exception) -> None:
    """Plan the next try, or give up; only the error's kind and place are logged: its text may hold an address."""
    if line.tries > len(RETRY_AFTER):
        line.state = State.FAILED
        line.next_try_at = None
    else:
        line.next_try_at = clock.now() + RETRY_AFTER[line.tries - 1]
    place = traceback.extract_tb(error.__traceback__)[-1]
    logger.warning(
        "mail not sent",
        extra={
            "notification": str(line.id),
            "event_word": line.event,
            "tries": line.tries,
            "given_up": line.state == State.FAILED,
            "error": f"{type(error).__name__} in {place.name}, line {place.lineno}",
        },
    )
