"""Half a session: what opened it, what it opens (nothing), how it ends."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from aplus.accounts import limits
from aplus.accounts.models import Session, TotpDevice, User
from aplus.accounts.sessions import SessionStore
from aplus.core import clock
from aplus.journal.models import JournalLine
from tests import personas
from tests.accounts.factors import CODE, MINUTE, PAGE, Ask, give_codes, give_totp, half_in, lines, told
from tests.demandes import sent
from tests.personas import World

pytestmark = pytest.mark.django_db
Settings = Any
SignedIn = Callable[..., Client]
WRONG = "Ce code n’est pas valable"


def wrong_code(user: User) -> str:
    """Six digits that are no code of this person's now."""
    good = {personas.code_of(user, clock.now() + step * timedelta(seconds=30)) for step in range(-3, 4)}
    return next(one for one in map("{:06}".format, range(20)) if one not in good)


def test_a_link_opens_half_a_session_then_a_code_the_whole_one(world: World, ask: Ask) -> None:
    client = half_in(ask, world.nora, "/groupes/?a=b", poste_partage="1")
    half = Session.objects.get()
    former = client.cookies["aplus-session"].value
    assert (half.user_id, half.means, half.is_shared_post) == (None, "lien", True)
    assert half.expires_at - half.created_at == 10 * MINUTE
    assert lines(world.nora, "entree") == []

    page = client.get(PAGE).content.decode()
    assert 'name="code"' in page
    assert "Se connecter" in page, "nobody is signed in yet"
    answer = client.post(PAGE, {"code": personas.code_of(world.nora)})
    assert (answer.status_code, answer["Location"]) == (303, "/groupes/?a=b")
    session = Session.objects.get()
    assert (session.user_id, session.means, session.is_shared_post) == (world.nora.pk, "lien", True)
    assert session.factor_at is not None
    assert client.cookies["aplus-session"].value != former
    assert SessionStore(former).current() is None
    assert lines(world.nora, "entree", "second-facteur-prouve") == ["entree", "second-facteur-prouve"]
    assert client.get("/groupes/").status_code == 200


def test_without_page_asked_for_it_leads_to_the_first_one(world: World, ask: Ask) -> None:
    client = half_in(ask, world.sophie)
    code = personas.code_of(world.sophie)
    assert client.post(PAGE, {"code": f" {code[:3]} {code[3:]} "})["Location"] == "/pilotage/"


def test_who_has_no_factor_and_the_demo_enter_at_once(world: World, ask: Ask, settings: Settings) -> None:
    assert Client().post(ask("alice.martin@demo.example"))["Location"] == "/demandes/"
    settings.SECOND_FACTOR_ASKED = False
    assert Client().post(ask("nora.petit@demo.example"))["Location"] == "/pilotage/"


@pytest.mark.parametrize("method", ["get", "post"])
def test_half_a_session_opens_nothing(world: World, ask: Ask, method: str) -> None:
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    give_totp(world.ines)
    client = half_in(ask, world.ines)
    for path in (
        "/demandes/",
        "/demandes.csv",
        "/demandes/nouvelle/",
        "/demandes/recherche/",
        sent.address(demande),
        sent.address(demande, "suite/"),
        sent.address(demande, "messages/"),
        f"/mandats/{demande.mandat.pk}.pdf",
        f"/fichiers/{uuid4()}/",
        f"/groupes/{world.caf95.pk}/",
        "/moi/",
        "/moi/securite/",
        "/moi/securite/application/",
        "/moi/securite/cles/",
        "/moi/securite/codes/",
        "/pilotage/",
        f"/pilotage/personnes/{world.igor.pk}/second-facteur/",
        "/bienvenue/",
    ):
        answer = getattr(client, method)(path)
        assert (answer.status_code, answer["Location"][:18]) == (303, "/connexion/?suite="), path
    assert not Session.objects.exclude(user=None).exists()
    assert not JournalLine.objects.filter(actor_id=world.ines.pk).exists()


def test_leaving_ends_half_a_session(world: World, ask: Ask) -> None:
    client = half_in(ask, world.nora)
    assert client.post("/deconnexion/").status_code == 303
    assert not Session.objects.exists()
    assert client.get(PAGE)["Location"] == "/connexion/"


def test_half_a_session_lasts_ten_minutes(world: World, ask: Ask) -> None:
    client = half_in(ask, world.nora)
    with clock.at(clock.now() + 10 * MINUTE):
        answer = client.post(PAGE, {"code": personas.code_of(world.nora)})
    assert (answer.status_code, answer["Location"]) == (303, "/connexion/")


@pytest.mark.parametrize(
    "change",
    [{"is_active": False}, {"email": "autre@demo.example"}, {"password": "argon2$autre"}],
    ids=["closed", "address", "password"],
)
def test_an_account_changed_meanwhile_ends_what_was_begun(world: World, ask: Ask, change: dict[str, Any]) -> None:
    client, code = half_in(ask, world.nora), personas.code_of(world.nora)
    User.objects.filter(pk=world.nora.pk).update(**change)
    assert client.post(PAGE, {"code": code})["Location"] == "/connexion/"
    assert not Session.objects.exclude(user=None).exists()


def test_a_factor_taken_away_meanwhile_leaves_the_way_through_a_new_link(world: World, ask: Ask) -> None:
    client, code = half_in(ask, world.nora), personas.code_of(world.nora)
    TotpDevice.objects.all().delete()
    assert client.post(PAGE, {"code": code}).status_code == 422
    assert not Session.objects.exclude(user=None).exists()


def test_a_forged_cookie_is_half_of_nothing(world: World, ask: Ask) -> None:
    half_in(ask, world.nora)
    for forged in ("", "x", str(world.nora.pk), "\x00", "a" * 5000):
        client = Client()
        client.cookies["aplus-session"] = forged
        answer = client.post(PAGE, {"code": personas.code_of(world.nora)})
        assert (answer.status_code, answer["Location"]) == (303, "/connexion/")


def test_the_page_is_nothing_to_whoever_is_not_asked(world: World, signed_in: SignedIn) -> None:
    assert Client().get(PAGE)["Location"] == "/connexion/"
    assert signed_in(world.alice).get(f"{PAGE}?suite=/groupes/")["Location"] == "/groupes/"
    assert signed_in(world.nora).post(PAGE, {"suite": "https://ailleurs.example/"})["Location"] == "/pilotage/"


@pytest.mark.parametrize("typed", ["", "000", "12345a", "é" * 6, "\x00", "٣٣٣٣٣٣", "a" * 5000, CODE, "1" * 16])
def test_every_failure_says_the_same(world: World, ask: Ask, typed: str) -> None:
    client = half_in(ask, world.nora)
    answer = client.post(PAGE, {"code": typed})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert WRONG in page or "caractère invisible" in page
    assert 'class="fr-alert fr-alert--error' in page
    assert not Session.objects.exclude(user=None).exists()


def test_a_code_is_good_once(world: World, ask: Ask) -> None:
    first, second = half_in(ask, world.nora), half_in(ask, world.nora)
    code = personas.code_of(world.nora)
    assert first.post(PAGE, {"code": code}).status_code == 303
    answer = second.post(PAGE, {"code": code})
    assert (answer.status_code, WRONG in answer.content.decode()) == (422, True)


@pytest.mark.parametrize(("late", "status"), [(-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422)])
def test_a_telephone_may_be_half_a_minute_early_or_late(world: World, ask: Ask, late: int, status: int) -> None:
    client = half_in(ask, world.nora)
    code = personas.code_of(world.nora, clock.now() + timedelta(seconds=30 * late))
    assert client.post(PAGE, {"code": code}).status_code == status


def test_an_older_code_than_the_last_one_is_no_good(world: World, ask: Ask) -> None:
    first, second = half_in(ask, world.nora), half_in(ask, world.nora)
    now = clock.now()
    assert first.post(PAGE, {"code": personas.code_of(world.nora, now)}).status_code == 303
    assert second.post(PAGE, {"code": personas.code_of(world.nora, now - timedelta(seconds=30))}).status_code == 422


def test_failures_make_wait_longer_and_longer_here_and_not_elsewhere(world: World, ask: Ask) -> None:
    now = clock.now()
    client, elsewhere = half_in(ask, world.nora), half_in(ask, world.nora)
    with clock.at(now):
        for _ in range(5):
            assert client.post(PAGE, {"code": wrong_code(world.nora)}).status_code == 422
        answer = client.post(PAGE, {"code": personas.code_of(world.nora)})
        assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    with clock.at(now + MINUTE):
        assert client.post(PAGE, {"code": wrong_code(world.nora)}).status_code == 422
        assert client.post(PAGE, {"code": personas.code_of(world.nora)})["Retry-After"] == "120"
        answer = elsewhere.post(PAGE, {"code": personas.code_of(world.nora)}, REMOTE_ADDR="203.0.113.9")
        assert answer.status_code == 303
    with clock.at(now + 3 * MINUTE):
        assert client.post(PAGE, {"code": personas.code_of(world.nora)}).status_code == 303
        limits.take_failure("code", f"{world.nora.pk} 127.0.0.1")


def test_a_recovery_code_enters_once_and_says_how_many_are_left(world: World, ask: Ask) -> None:
    give_codes(world.nora, CODE, "F" * 16)
    client = half_in(ask, world.nora)
    answer = client.post(PAGE, {"code": "o123-4567 89ab-cdef"}, follow=True)
    assert answer.redirect_chain == [("/pilotage/", 303)]
    assert "Il vous en reste 1" in answer.content.decode()
    assert told(world.nora) == ["code-de-secours-utilise"]
    assert half_in(ask, world.nora).post(PAGE, {"code": CODE}).status_code == 422


def test_the_code_of_another_is_no_good(world: World, ask: Ask) -> None:
    give_codes(world.sophie, CODE)
    client = half_in(ask, world.nora)
    assert client.post(PAGE, {"code": personas.code_of(world.sophie)}).status_code == 422
    assert client.post(PAGE, {"code": CODE}).status_code == 422


class TestCompulsory:
    """Administrateurs and superviseurs set one up before anything else."""

    @pytest.mark.parametrize("key", ["nora", "sophie"])
    def test_every_page_leads_to_setting_one_up(self, world: World, signed_in: SignedIn, key: str) -> None:
        TotpDevice.objects.all().delete()
        client = signed_in(world.user(key))
        for path in ("/", "/pilotage/?a=b", "/demandes/", "/moi/", "/moi/securite/codes/", "/connexion/", "/absente/"):
            answer = client.get(path)
            assert answer.status_code == 303, path
            assert answer["Location"].startswith("/moi/securite/application/?suite=%2F"), path
        assert client.post("/deconnexion/").status_code == 303

    def test_what_is_posted_leads_there_too_and_writes_nothing(self, world: World, signed_in: SignedIn) -> None:
        TotpDevice.objects.all().delete()
        answer = signed_in(world.nora).post(f"/pilotage/personnes/{world.igor.pk}/second-facteur/")
        assert (answer.status_code, answer["Location"]) == (303, "/moi/securite/application/")

    @pytest.mark.parametrize("path", ["/moi/securite/application/", "/moi/securite/cles/", "/cgu/", "/deconnexion/"])
    def test_what_it_takes_is_open(self, world: World, signed_in: SignedIn, path: str) -> None:
        TotpDevice.objects.all().delete()
        assert signed_in(world.nora).get(path).status_code == 200

    def test_the_others_go_on_without(self, world: World, signed_in: SignedIn, settings: Settings) -> None:
        assert signed_in(world.oscar).get("/pilotage/").status_code == 200
        assert signed_in(world.rachel).get("/groupes/").status_code == 200
        TotpDevice.objects.all().delete()
        settings.SECOND_FACTOR_ASKED = False
        assert signed_in(world.nora).get("/pilotage/").status_code == 200
