"""Taking somebody's lost second factor away: administrateurs alone, told, journaled, every session ended."""

from collections.abc import Callable

import pytest
from django.test import Client

from aplus.accounts.models import RecoveryCode, Session, TotpDevice
from aplus.accounts.queries.factors import has_factor
from aplus.core import clock
from aplus.journal.models import JournalLine
from tests.accounts.factors import MINUTE, PAGE, give_codes, give_totp, half_in, one_time_key, told
from tests.personas import World

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]


def path_of(user: object) -> str:
    """The page about the factor of this person."""
    return f"/pilotage/personnes/{user.pk}/second-facteur/"  # type: ignore[attr-defined]  # a user


def test_everything_goes_and_every_session_ends(world: World, signed_in: SignedIn, ask: Callable[..., str]) -> None:
    give_totp(world.igor)
    give_codes(world.igor, "0" * 16)
    theirs, half, nora = signed_in(world.igor), half_in(ask, world.igor), signed_in(world.nora)
    page = path_of(world.igor)
    assert "confirmé de vive voix" in nora.get(page).content.decode()
    once = one_time_key(nora, page)
    for _ in range(2):
        answer = nora.post(page, {"cle": once})
        assert (answer.status_code, answer["Location"]) == (303, f"/pilotage/personnes/{world.igor.pk}/")
    assert not has_factor(world.igor.pk)
    assert not RecoveryCode.objects.exists()
    assert theirs.get("/moi/").status_code == 303
    assert half.post(PAGE, {"code": "0" * 16}).status_code == 422
    assert told(world.igor) == ["second-facteur-efface"]
    line = JournalLine.objects.get(act="second-facteur-efface")
    assert (line.actor_id, line.thing_id) == (world.nora.pk, world.igor.pk)
    assert Session.objects.filter(user=world.nora).exists()
    assert "il n’y a rien à effacer" in nora.get(page).content.decode()
    assert nora.post(page).status_code == 409


@pytest.mark.parametrize("who", ["sophie", "oscar", "remi", "igor"])
def test_nobody_else_may(world: World, signed_in: SignedIn, who: str) -> None:
    give_totp(world.igor)
    client = signed_in(world.user(who))
    assert client.get(path_of(world.igor)).status_code == client.post(path_of(world.igor)).status_code == 403
    assert has_factor(world.igor.pk)


def test_not_one_s_own(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.nora)
    assert client.get(path_of(world.nora)).status_code == client.post(path_of(world.nora)).status_code == 403
    assert TotpDevice.objects.filter(user=world.nora).exists()


def test_an_administrateur_s_too_by_another_one(world: World, signed_in: SignedIn) -> None:
    assert signed_in(world.nora).post(path_of(world.sophie)).status_code == 303
    assert not has_factor(world.sophie.pk)


def test_a_fresh_factor_is_asked(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.nora)
    give_totp(world.igor)
    with clock.at(clock.now() + 121 * MINUTE):
        for answer in (client.get(path_of(world.igor)), client.post(path_of(world.igor))):
            assert answer["Location"].startswith(f"{PAGE}?suite=")
    assert has_factor(world.igor.pk)
