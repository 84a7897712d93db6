"""Whether an address is reached: what is noted on accounts, groupes and invitations, and what takes it away."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings

from aplus.accounts.models import EmailChange, Invitation, User
from aplus.accounts.queries.actors import actor_for
from aplus.accounts.services import addresses, groupes
from aplus.annuaire.models import Groupe
from aplus.journal.models import JournalLine
from aplus.notifications.models import Addressed, Notification, State
from aplus.notifications.rules import Delivery
from tests.notifications.mailjet_events import SECRET, blocked, event, hard_bounce, post, soft_bounce
from tests.personas import World

pytestmark = pytest.mark.django_db
START = datetime.fromisoformat("2026-11-20T09:00:00+00:00")
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _configured(settings: LazySettings) -> None:
    settings.MAILJET_WEBHOOK = [SECRET]


def mailed(**recipient: UUID) -> Notification:
    """A mail that left."""
    return Notification.objects.create(
        act_id=uuid4(), event="reponse", at=START, sent_at=START, state=State.SENT, **recipient
    )


def known(row: Addressed) -> tuple[str, datetime | None]:
    """What is known of the address, and since when mails come back."""
    row.refresh_from_db()
    return row.mail_fact, row.mail_refused_since


def lines() -> list[tuple[str, str, UUID | None, dict[str, object]]]:
    # Tests of acts at once leave theirs, about things that are no more.
    there = [*User.objects.values_list("pk"), *Groupe.objects.values_list("pk"), *Invitation.objects.values_list("pk")]
    rows = JournalLine.objects.filter(act__startswith="adresse-", thing_id__in=[pk for (pk,) in there]).order_by("id")
    return list(rows.values_list("act", "kind", "thing_id", "codes"))


def test_an_account_whose_address_refuses_is_noted_once_until_it_is_reached(world: World) -> None:
    igor = world.igor
    first, second, third = (mailed(person_id=igor.pk) for _ in range(3))
    post(hard_bounce(first.pk, START, igor.email))
    assert known(igor) == (Delivery.REFUSED, START)
    post([hard_bounce(first.pk, START, igor.email), event("spam", second.pk, START + MINUTE, igor.email)])
    assert known(igor) == (Delivery.COMPLAINED, START)
    post(event("sent", third.pk, START + 2 * MINUTE, igor.email))
    assert known(igor) == (Delivery.DELIVERED, None)
    post([hard_bounce(first.pk, START, igor.email), event("spam", second.pk, START + MINUTE, igor.email)])
    assert known(igor) == (Delivery.DELIVERED, None)
    assert lines() == [
        ("adresse-refusee", "compte", igor.pk, {"etat": "refuse"}),
        ("adresse-jointe", "compte", igor.pk, {"etat": "remis"}),
    ]


def test_what_comes_late_of_an_older_mail_takes_nothing_back(world: World) -> None:
    older, newer = mailed(person_id=world.igor.pk), mailed(person_id=world.igor.pk)
    post(event("sent", newer.pk, START + MINUTE, world.igor.email))
    post(hard_bounce(older.pk, START, world.igor.email))
    assert known(world.igor) == (Delivery.DELIVERED, None)
    assert Notification.objects.get(pk=older.pk).delivery == Delivery.REFUSED
    assert lines() == []


def test_what_says_nothing_of_the_address_is_not_noted_on_it(world: World) -> None:
    line, other = mailed(person_id=world.igor.pk), mailed(person_id=world.igor.pk)
    soft = {**soft_bounce(line.pk, START), "email": world.igor.email}
    spam = {**blocked(other.pk, START, "spam", "content blocked"), "email": world.igor.email}
    post([soft, spam])
    assert known(world.igor) == ("", None)
    assert set(Notification.objects.values_list("delivery", flat=True)) == {Delivery.DEFERRED, Delivery.REFUSED}


def test_it_is_about_the_address_that_the_mail_went_to(world: World) -> None:
    """A mail of a change of address goes to another than the account's; so does one that left before the change."""
    line = mailed(person_id=world.igor.pk)
    post(hard_bounce(line.pk, START, "ancienne@demo.example"))
    assert known(world.igor) == ("", None)
    assert Notification.objects.get().delivery == Delivery.REFUSED


def test_another_address_is_not_known_to_refuse(world: World) -> None:
    line = mailed(person_id=world.igor.pk)
    post(hard_bounce(line.pk, START, world.igor.email))
    addresses.change_for(actor_for(world.nora.pk), world.igor.pk, "igor@demo.example", key=str(uuid4()), location="/")
    assert known(world.igor) == ("", None)
    assert EmailChange.objects.get().done_at is not None
    post(event("spam", line.pk, START + MINUTE, "igor.lefevre@demo.example"))
    assert known(world.igor) == ("", None)


def test_a_mailbox_is_noted_on_its_groupe_and_forgotten_with_it(world: World) -> None:
    caf, remi = world.caf95, actor_for(world.remi.pk)
    line = mailed(groupe_id=caf.pk)
    post(hard_bounce(line.pk, START, caf.mailbox.upper()))
    assert known(caf) == (Delivery.REFUSED, START)
    assert lines() == [("adresse-refusee", "groupe", caf.pk, {"etat": "refuse"})]
    groupes.change(remi, caf.pk, {"description": "Bonjour"}, seen="", key=str(uuid4()), location="/")
    assert known(caf) == (Delivery.REFUSED, START)
    groupes.change(remi, caf.pk, {"mailbox": "rsa95@demo.example"}, seen="", key=str(uuid4()), location="/")
    assert known(caf) == ("", None)


def test_an_invitation_that_comes_back_is_noted_on_it(world: World) -> None:
    invitation = Invitation.objects.create(
        email="lea.noir@demo.example",
        groupe=world.caf95,
        nonce=b"n",
        token_hash=b"h",
        created_at=START,
        sent_at=START,
        expires_at=START + 7 * 24 * 60 * MINUTE,
    )
    line = mailed(invitation_id=invitation.pk)
    post(hard_bounce(line.pk, START, invitation.email))
    assert known(invitation) == (Delivery.REFUSED, START)
    assert lines() == [("adresse-refusee", "invitation", invitation.pk, {"etat": "refuse"})]


def test_the_team_and_those_who_are_gone_have_nothing_to_note(world: World) -> None:
    gone = [mailed(contact_id=uuid4()), mailed(groupe_id=uuid4()), mailed(invitation_id=uuid4())]
    assert post([hard_bounce(line.pk, START, "x@demo.example") for line in gone]).status_code == 200
    assert lines() == []
    assert not User.objects.exclude(mail_fact="").exists()
    assert not Groupe.objects.exclude(mail_fact="").exists()
