"""Mailjet that calls twice at the same moment, with the same events in another order: one truth, noted once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import LazySettings

from aplus.accounts.models import User
from aplus.core import clock
from aplus.journal.models import JournalLine
from aplus.notifications.models import Notification, State
from aplus.notifications.rules import Delivery
from tests.accounts.test_at_once import at_once
from tests.notifications.mailjet_events import SECRET, event, hard_bounce, post
from tests.personas import World


def test_each_fact_is_noted_once(committing: World, settings: LazySettings) -> None:
    settings.MAILJET_WEBHOOK = [SECRET]
    at = clock.now().replace(microsecond=0) - timedelta(hours=1)
    people = [committing.igor, committing.ines, committing.paul]
    events = []
    for user in people:
        for number in range(3):
            line = Notification.objects.create(act_id=uuid4(), event="reponse", at=at, person=user, state=State.SENT)
            told = event if number == 1 else hard_bounce
            said = ("sent",) if number == 1 else ()
            events.append(told(*said, line.pk, at + timedelta(minutes=number), user.email))

    def call(told: list[dict[str, Any]]) -> Callable[[], int]:
        return lambda: post(told).status_code

    assert at_once([call(events), call(events[::-1]), call(events[4:] + events[:4])]) == [200, 200, 200]
    assert User.objects.filter(mail_fact=Delivery.REFUSED, mail_refused_since=at + timedelta(minutes=2)).count() == 3
    acts = JournalLine.objects.filter(thing_id__in=[user.pk for user in people])
    assert acts.filter(act="adresse-refusee").count() == acts.filter(act="adresse-jointe").count() + 3
