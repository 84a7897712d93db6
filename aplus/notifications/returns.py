"""What came back of the mails: noted on their lines, and heard by those who keep the addresses."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from aplus.notifications.models import Notification, State
from aplus.notifications.registry import Heard, listeners
from aplus.notifications.rules import RANK, Delivery, Event, is_newer


def receive(events: Iterable[Event]) -> int:
    """Note these events, all of them or none; how many lines changed. Twice, or in another order, is the same.

    Lines that are not there any more are passed over.
    """
    of_line: dict[UUID, list[Event]] = {}
    for event in events:
        of_line.setdefault(event.line_id, []).append(event)
    with transaction.atomic():
        rows = Notification.objects.select_for_update(of=("self",)).filter(pk__in=of_line, is_mail=True)
        # In one order for everybody who locks several.
        lines = list(rows.exclude(state__in=[State.GROUPED, State.DROPPED]).order_by("pk"))
        taken = [(line, _take(line, of_line[line.pk])) for line in lines]
        changed = [line for line, news in taken if news]
        Notification.objects.bulk_update(changed, ["delivery", "delivery_at", "state", "next_try_at", "sent_at"])
        heard = [_heard(line, event) for line, news in taken for event in news if event.address]
        for one in sorted(heard, key=lambda one: (str(one.person_id or one.groupe_id or one.invitation_id), one.at)):
            for listener in listeners():
                listener(one)
    return len(changed)


def _take(line: Notification, events: list[Event]) -> list[Event]:
    """Put each newer fact on the line in turn; those that were."""
    news = []
    for event in sorted(events, key=lambda event: (event.at, RANK[event.delivery])):
        known = (Delivery(line.delivery), line.delivery_at) if line.delivery and line.delivery_at else None
        if is_newer((event.delivery, event.at), known):
            line.delivery, line.delivery_at = event.delivery, event.at
            news.append(event)
    if news and line.state != State.SENT:
        # It did leave: the answer was lost on its way to us, and it is not to leave again.
        line.state, line.next_try_at, line.sent_at = State.SENT, None, news[0].at
    return news


def _heard(line: Notification, event: Event) -> Heard:
    return Heard(line.person_id, line.groupe_id, line.invitation_id, event.address, event.delivery, event.at)
