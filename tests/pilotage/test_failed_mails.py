"""The mails that could not leave: seen by administrateurs, sent again once, by whoever still has the right."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aplus.accounts.models import Invitation, User
from aplus.core import clock
from aplus.journal.models import JournalLine
from aplus.notifications import services
from aplus.notifications.models import Notification, State
from tests.personas import World
from tests.ui.markup import assert_sound, page_of

pytestmark = pytest.mark.django_db
PAGE = "/pilotage/e-mails/"
SignedIn = Any


def failed(event: str = "sessions-fermees", **recipient: UUID) -> Notification:
    """A mail after its last try."""
    return Notification.objects.create(
        act_id=uuid4(), event=event, at=clock.now(), state=State.FAILED, tries=7, **recipient
    )


def rows(response: Any) -> list[list[str]]:
    page = page_of(response)
    assert_sound(page)
    body = page.one("tbody")
    lines = [one for one in page.all("tr") if body in one.parents]
    return [[" ".join(cell.text.split()) for cell in page.all("td") if line in cell.parents] for line in lines]


def test_it_says_about_what_for_whom_and_when_and_nothing_else(world: World, signed_in: SignedIn) -> None:
    invitation = Invitation.objects.create(
        email="lea.noir@demo.example",
        groupe=world.caf95,
        nonce=b"n",
        token_hash=b"h",
        created_at=clock.now(),
        sent_at=clock.now(),
        expires_at=clock.now(),
    )
    failed(person_id=world.igor.pk)
    failed("groupe-boite", groupe_id=world.caf95.pk)
    failed("inscription", invitation_id=invitation.pk)
    failed("inscription", invitation_id=uuid4())
    failed("contact", contact_id=uuid4())
    Notification.objects.create(act_id=uuid4(), event="reponse", at=clock.now(), person=world.ines, state=State.SENT)

    response = signed_in(world.nora).get(PAGE)

    assert [row[:2] for row in rows(response)] == [
        ["Contact", "Équipe d’Administration+"],
        ["Inscription", "Une invitation qui n’existe plus"],
        ["Inscription", "Une personne invitée, CAF du Val-d'Oise"],
        ["Boîte du groupe", "Boîte du groupe CAF du Val-d'Oise"],
        ["Sessions fermées", "Igor Lefèvre"],
    ]
    text = response.content.decode()
    assert "Renvoyer les 5 e-mails" in text
    assert f"/pilotage/personnes/{world.igor.pk}/" in text
    assert "lea.noir" not in text
    assert PAGE in signed_in(world.nora).get("/pilotage/").content.decode()


def test_an_empty_page_says_so(world: World, signed_in: SignedIn) -> None:
    page = page_of(signed_in(world.nora).get(PAGE))
    assert_sound(page)
    assert "Aucun e-mail n’est en échec." in page.one("main").text


def test_one_is_sent_again_once_and_journaled(world: World, signed_in: SignedIn) -> None:
    line, other = failed(person_id=world.igor.pk), failed(person_id=world.ines.pk)
    nora, key = signed_in(world.nora), {"cle": str(uuid4())}
    for _ in range(2):
        response = nora.post(f"{PAGE}{line.pk}/renvoi/", key)
        assert (response.status_code, response["Location"]) == (303, PAGE)
    assert "repart dans la minute" in nora.get(PAGE).content.decode()
    assert len(rows(nora.get(PAGE))) == 1
    services.sweep()
    [told] = mail.outbox
    assert (told.to, told.extra_headers["Message-ID"]) == ([world.igor.email], f"<{line.pk.hex}@testserver>")
    line.refresh_from_db()
    assert (line.state, line.tries) == (State.SENT, 1)
    assert Notification.objects.get(pk=other.pk).state == State.FAILED
    written = JournalLine.objects.get(act="e-mail-renvoye")
    assert (written.actor_id, written.thing_id, written.codes) == (world.nora.pk, line.pk, {})


def test_one_that_left_meanwhile_is_too_late_and_one_of_nowhere_unknown(world: World, signed_in: SignedIn) -> None:
    line, nora = failed(person_id=world.igor.pk), signed_in(world.nora)
    assert nora.post(f"{PAGE}{line.pk}/renvoi/").status_code == 303
    assert nora.post(f"{PAGE}{line.pk}/renvoi/").status_code == 409
    assert nora.post(f"{PAGE}{uuid4()}/renvoi/").status_code == 404
    assert JournalLine.objects.filter(act="e-mail-renvoye").count() == 1


def test_all_are_sent_again_but_not_to_who_lost_the_right(world: World, signed_in: SignedIn) -> None:
    for user in (world.igor, world.ines, world.paul):
        failed(person_id=user.pk)
    User.objects.filter(pk=world.paul.pk).update(is_active=False)
    nora, key = signed_in(world.nora), {"cle": str(uuid4())}
    for _ in range(2):
        assert nora.post(f"{PAGE}renvoi/", key)["Location"] == PAGE
    services.sweep()
    assert sorted(told.to[0] for told in mail.outbox) == ["igor.lefevre@demo.example", "ines.caron@demo.example"]
    assert Notification.objects.get(person=world.paul).state == State.DROPPED
    assert JournalLine.objects.get(act="e-mails-renvoyes").codes == {"nombre": 3}
    assert nora.post(f"{PAGE}renvoi/").status_code == 303
    assert JournalLine.objects.filter(act="e-mails-renvoyes").count() == 1


def test_it_fails_again_after_as_many_tries(world: World, signed_in: SignedIn) -> None:
    line = failed(person_id=world.igor.pk)
    signed_in(world.nora).post(f"{PAGE}{line.pk}/renvoi/")
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", lambda *_args: 1 / 0)
        services.sweep()
    line.refresh_from_db()
    assert (line.state, line.tries) == (State.PENDING, 1)


def test_it_is_for_administrateurs(world: World, signed_in: SignedIn) -> None:
    line = failed(person_id=world.igor.pk)
    for key in ("sophie", "oscar", "remi", "ines", "alice"):
        client = signed_in(world.user(key))
        assert client.get(PAGE).status_code == 403
        assert client.post(f"{PAGE}renvoi/").status_code == 403
        assert client.post(f"{PAGE}{line.pk}/renvoi/").status_code == 403
    line.refresh_from_db()
    assert line.state == State.FAILED


def test_it_costs_the_same_with_many(world: World, signed_in: SignedIn) -> None:
    nora, spent = signed_in(world.nora), []
    for number in (2, 198):
        for rank in range(number):
            failed(**{"person_id": world.igor.pk} if rank % 2 else {"groupe_id": world.caf95.pk})
        with CaptureQueriesContext(connection) as queries:
            response = nora.get(PAGE)
        spent.append(len(queries))
    assert spent[0] == spent[1] <= 10
    assert len(rows(response)) == 50
    assert "Les 50 plus récents sont montrés" in response.content.decode()
