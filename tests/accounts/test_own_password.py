"""One's own password: set, changed, removed at /moi/securite/mot-de-passe/."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client

from aplus.accounts.models import Session, User
from aplus.journal.models import JournalLine
from tests import personas
from tests.accounts.test_password_sign_in import ALICE, GOOD, enter, give
from tests.notifications.jobs import run_jobs
from tests.personas import World
from tests.ui.markup import assert_sound, page_of

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]
PAGE, REMOVAL = "/moi/securite/mot-de-passe/", "/moi/securite/mot-de-passe/retrait/"
OTHER = "quatre canards sous la pluie"


def put(client: Client, password: str, current: str | None = None, **more: Any) -> Any:
    fields = {"mot_de_passe": password, **({} if current is None else {"mot_de_passe_actuel": current}), **more}
    return client.post(PAGE, fields)


def acts(user: User) -> list[str]:
    lines = JournalLine.objects.filter(act="mot-de-passe", thing_id=user.pk, actor_id=user.pk)
    return [str(line.codes["geste"]) for line in lines]


def test_set_changed_and_removed(world: World, signed_in: SignedIn) -> None:
    """Each time the other sessions end, a line is written and a mail leaves."""
    client = signed_in(world.alice)
    steps = (
        ("Choisir un mot de passe", PAGE, {"mot_de_passe": GOOD}, True),
        ("Changer mon mot de passe", PAGE, {"mot_de_passe": OTHER, "mot_de_passe_actuel": GOOD}, True),
        ("Retirer mon mot de passe", REMOVAL, {"mot_de_passe_actuel": OTHER}, False),
    )
    for title, path, fields, has_one in steps:
        page = client.get(PAGE)
        assert_sound(page_of(page))
        assert title in page.content.decode()
        personas.sign_in(Client(), world.alice)
        colleague = signed_in(world.amir)
        response = client.post(path, fields)
        assert (response.status_code, response["Location"]) == (303, "/moi/securite/")
        assert Session.objects.filter(user=world.alice).count() == 1
        security = client.get("/moi/securite/")
        assert ("Votre compte a un mot de passe" in security.content.decode()) is has_one
        assert colleague.get("/moi/").status_code == 200
    run_jobs()

    assert acts(world.alice) == ["pose", "change", "retire"]
    assert [(message.to, message.subject) for message in mail.outbox] == [([ALICE], "[A+] Votre mot de passe")] * 3
    assert not any(secret in str(message.body) for message in mail.outbox for secret in (GOOD, OTHER))
    assert enter(ALICE, OTHER).status_code == 422


def test_the_same_form_twice_is_one_act(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.alice)
    give(world.alice)
    cle = str(uuid4())
    answers = [put(client, OTHER, GOOD, cle=cle) for _ in range(2)]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(303, "/moi/securite/")] * 2
    cle = str(uuid4())
    removals = [client.post(REMOVAL, {"mot_de_passe_actuel": OTHER, "cle": cle}) for _ in range(2)]

    assert [answer.status_code for answer in removals] == [303, 303]
    assert acts(world.alice) == ["change", "retire"]


@pytest.mark.parametrize("current", ["", "faux", GOOD.upper(), "x" * 10_000])
def test_the_current_one_is_asked(world: World, signed_in: SignedIn, current: str) -> None:
    client = signed_in(world.alice)
    give(world.alice)
    for answer in (put(client, OTHER, current), client.post(REMOVAL, {"mot_de_passe_actuel": current})):
        assert answer.status_code == 422
        assert_sound(page_of(answer))
        assert OTHER not in answer.content.decode()

    assert acts(world.alice) == []
    assert enter(ALICE).status_code == 303


def test_who_guesses_the_current_one_waits_even_by_sending_a_used_form(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.alice)
    give(world.alice)
    cle = str(uuid4())
    assert put(client, OTHER, GOOD, cle=cle).status_code == 303
    for _ in range(5):
        assert put(client, GOOD, "faux").status_code == 422
        assert put(client, GOOD, "faux", cle=cle).status_code == 303

    refused = client.post(REMOVAL, {"mot_de_passe_actuel": OTHER})
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert enter(ALICE, OTHER).status_code == 429


@pytest.mark.parametrize(
    "password",
    ["", "court", "motdepasse2026", "alice.martin.95", "x" * 129, "x" * 10_001, "lapin\x00vert tambour", "\u202e" * 20],
)
def test_a_poor_one_is_refused_with_advice(world: World, signed_in: SignedIn, password: str) -> None:
    client = signed_in(world.alice)
    response = put(client, password)

    assert response.status_code == 422
    assert "fr-message--error" in response.content.decode()
    assert not User.objects.get(pk=world.alice.pk).has_usable_password()
    assert Session.objects.filter(user=world.alice).count() == 1


def test_an_account_without_password_has_none_to_try(world: World, signed_in: SignedIn) -> None:
    """Nobody, in the demo or in tests, has a password before choosing one; a removal without one changes nothing."""
    client = signed_in(world.alice)
    assert not any(user.has_usable_password() for user in User.objects.all())
    assert client.post(REMOVAL, {"mot_de_passe_actuel": "!"}).status_code == 303
    assert acts(world.alice) == []
