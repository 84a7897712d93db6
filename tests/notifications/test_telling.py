"""Writing who is told of an act, in the act's own transaction."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from aplus.core import clock
from aplus.notifications.models import Notification, State
from aplus.notifications.registry import UnknownEventError, register
from aplus.notifications.services import tell
from tests.notifications.essai import EVENT, compose, person
from tests.notifications.jobs import waiting_jobs

pytestmark = pytest.mark.django_db


def test_one_line_per_act_and_recipient_and_one_job_per_act() -> None:
    alice, amir, act, groupe = person("alice"), person("amir"), uuid4(), uuid4()

    tell(act_id=act, event=EVENT, at=clock.now(), people=[alice.id, amir.id, alice.id], mailboxes=[groupe, groupe])
    tell(act_id=uuid4(), event=EVENT, at=clock.now(), people=[alice.id])

    lines = Notification.objects.filter(act_id=act)
    assert {(line.person_id, line.groupe_id) for line in lines} == {(alice.id, None), (amir.id, None), (None, groupe)}
    assert lines.count() == 3
    assert len(waiting_jobs()) == 2


def test_an_address_without_account_is_told_by_its_invitation() -> None:
    act, invitation = uuid4(), uuid4()
    for _ in range(2):
        tell(act_id=act, event=EVENT, at=clock.now(), invitations=[invitation, invitation])
    line = Notification.objects.get()
    assert (line.person_id, line.groupe_id, line.invitation_id) == (None, None, invitation)
    assert (line.is_mail, line.state) == (True, State.PENDING)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notification.objects.filter(pk=line.pk).update(groupe_id=uuid4())
    with pytest.raises(IntegrityError), transaction.atomic():
        Notification.objects.filter(pk=line.pk).update(invitation_id=None)


def test_the_same_act_told_twice_is_told_once() -> None:
    alice, act = person("alice"), uuid4()
    for _ in range(2):
        tell(act_id=act, event=EVENT, at=clock.now(), people=[alice.id], mailboxes=[act])
    assert Notification.objects.count() == 2


def test_in_the_application_only_needs_no_job_and_a_mail_wins_over_it() -> None:
    alice, amir = person("alice"), person("amir")

    tell(act_id=uuid4(), event=EVENT, at=clock.now(), in_app=[amir.id])
    assert waiting_jobs() == []
    tell(act_id=uuid4(), event=EVENT, at=clock.now(), people=[alice.id], in_app=[alice.id, amir.id])

    assert Notification.objects.get(person=alice).is_mail
    assert {(line.is_mail, line.state) for line in Notification.objects.filter(person=amir)} == {(False, State.SENT)}


def test_the_queue_holds_the_id_of_the_act_and_nothing_else() -> None:
    act = uuid4()
    tell(act_id=act, event=EVENT, at=clock.now(), people=[person("alice").id], codes={"state": "SENT"})
    assert [job.args for job in waiting_jobs()] == [{"act_id": str(act)}]


def test_an_act_rolled_back_tells_nobody() -> None:
    alice = person("alice")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell(act_id=uuid4(), event=EVENT, at=clock.now(), people=[alice.id])
        raise ZeroDivisionError
    assert not Notification.objects.exists()
    assert waiting_jobs() == []


def test_an_event_that_nobody_composes_stops_the_act() -> None:
    with pytest.raises(UnknownEventError):
        tell(act_id=uuid4(), event="inconnu", at=clock.now(), people=[person("alice").id])
    assert not Notification.objects.exists()


def test_an_event_has_one_composer() -> None:
    register(EVENT, compose)
    with pytest.raises(ValueError, match=EVENT):
        register(EVENT, lambda _line: None)
