"""Passkeys: added, removed, proved as a second factor, entered with alone; any answer not asked for is nothing."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from fido2.utils import websafe_encode

from aplus.accounts.models import Passkey, RecoveryCode, Session, TotpDevice, User
from aplus.core import clock
from aplus.journal.models import JournalLine
from tests.accounts.factors import CODES, KEYS, MINUTE, PAGE, Ask, half_in, lines, one_time_key, told
from tests.accounts.software_key import SoftwareKey
from tests.personas import World

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]
Settings = Any
ALONE = "/connexion/cle/"
ASK = {"action": "defi"}
NOT_ASKED_FOR = ({"is_verified": False}, {"origin": "http://ailleurs.example"}, {"party": "ailleurs.example"})
REFUSED = "Cette clé d’accès n’a pas été reconnue."


def add(client: Client, key: SoftwareKey, **fields: str) -> Any:
    """Add this key in this browser; the answer."""
    return client.post(KEYS, {"reponse": key.create(client.post(KEYS, ASK).json()), **fields})


def given(user: User, signed_in: SignedIn, **about: Any) -> SoftwareKey:
    """A key that this person has added."""
    key = SoftwareKey(**about)
    assert add(signed_in(user), key).status_code == 303
    return key


def enter(key: SoftwareKey, client: Client | None = None, **fields: str) -> Any:
    """Enter with this key alone."""
    client = client or Client()
    return client.post(ALONE, {"reponse": key.get(client.post(ALONE, ASK).json()), **fields})


def nobody_enters(answer: Any) -> None:
    """The one answer to every failure."""
    assert answer.status_code == 422
    assert REFUSED in answer.content.decode()
    assert not Session.objects.filter(means="cle").exists()


class TestAdding:
    def test_it_is_named_listed_and_told(self, world: World, signed_in: SignedIn) -> None:
        client, elsewhere, key = signed_in(world.alice), signed_in(world.alice), SoftwareKey()
        answer = add(client, key, nom="  Téléphone   pro ", suite="/groupes/")
        assert (answer.status_code, answer["Location"]) == (303, f"{CODES}?suite=%2Fgroupes%2F")
        kept = Passkey.objects.get()
        assert (kept.user_id, kept.name, bytes(kept.credential_id)) == (
            world.alice.pk,
            "Téléphone pro",
            key.credential_id,
        )
        assert "Téléphone pro" in client.get(KEYS).content.decode()
        assert "Téléphone pro" in client.get("/moi/securite/").content.decode()
        assert told(world.alice) == lines(world.alice, "cle-ajoutee") == ["cle-ajoutee"]
        assert elsewhere.get("/moi/").status_code == 303
        assert Session.objects.get(user=world.alice).factor_at is not None

    def test_what_is_asked_of_the_browser(self, world: World, signed_in: SignedIn) -> None:
        given(world.alice, signed_in)
        asked = signed_in(world.alice).post(KEYS, ASK).json()["publicKey"]
        assert asked["rp"]["id"] == "testserver"
        assert asked["user"]["id"] == websafe_encode(world.alice.pk.bytes)
        assert asked["authenticatorSelection"]["userVerification"] == "required"
        assert asked["authenticatorSelection"]["residentKey"] == "preferred"
        assert [one["id"] for one in asked["excludeCredentials"]] == [
            websafe_encode(bytes(Passkey.objects.get().credential_id))
        ]

    @pytest.mark.parametrize(
        "about",
        NOT_ASKED_FOR,
        ids=["not verified", "other origin", "other site"],
    )
    def test_what_is_not_the_answer_asked_for_is_refused(
        self, world: World, signed_in: SignedIn, about: dict[str, Any]
    ) -> None:
        answer = add(signed_in(world.alice), SoftwareKey(**about), nom="Clé du bureau")
        assert answer.status_code == 422
        assert "Clé du bureau" in answer.content.decode()
        assert not Passkey.objects.exists()

    @pytest.mark.parametrize("typed", ["", "{}", "[]", "null", "[" * 9000, '{"id":1}', "\x00", "a" * 30_000])
    def test_odd_answers_are_refused(self, world: World, signed_in: SignedIn, typed: str) -> None:
        client = signed_in(world.alice)
        client.post(KEYS, ASK)
        assert client.post(KEYS, {"reponse": typed}).status_code == 422
        assert not Passkey.objects.exists()

    def test_an_answer_is_good_once_in_its_session_for_ten_minutes(self, world: World, signed_in: SignedIn) -> None:
        client, other, key = signed_in(world.alice), signed_in(world.alice), SoftwareKey()
        made = key.create(client.post(KEYS, ASK).json())
        assert other.post(KEYS, {"reponse": made}).status_code == 422
        with clock.at(clock.now() + 10 * MINUTE):
            assert client.post(KEYS, {"reponse": made}).status_code == 422
        assert client.post(KEYS, {"reponse": made}).status_code == 422
        assert not Passkey.objects.exists()

    def test_a_key_belongs_to_one_account(self, world: World, signed_in: SignedIn) -> None:
        key = given(world.alice, signed_in)
        assert add(signed_in(world.amir), key).status_code == 422
        assert Passkey.objects.get().user_id == world.alice.pk

    def test_the_same_form_twice_adds_once(self, world: World, signed_in: SignedIn) -> None:
        client = signed_in(world.alice)
        once = one_time_key(client, KEYS)
        assert add(client, SoftwareKey(), cle=once).status_code == 303
        assert add(client, SoftwareKey(), cle=once).status_code == 303
        assert Passkey.objects.count() == 1

    def test_ten_are_enough(self, world: World, signed_in: SignedIn) -> None:
        client = signed_in(world.alice)
        for _ in range(10):
            assert add(client, SoftwareKey()).status_code == 303
        assert add(client, SoftwareKey()).status_code == 422
        assert Passkey.objects.count() == 10

    def test_it_is_enough_for_whoever_must_have_a_factor(self, world: World, signed_in: SignedIn) -> None:
        TotpDevice.objects.all().delete()
        client = signed_in(world.nora)
        assert client.get("/pilotage/").status_code == 303
        assert add(client, SoftwareKey()).status_code == 303
        assert client.get("/pilotage/").status_code == 200

    def test_at_a_numeric_address_the_page_leads_where_it_works(
        self, world: World, signed_in: SignedIn, settings: Settings
    ) -> None:
        settings.PASSKEY_ORIGIN = "http://localhost:8000"
        for client, page in ((signed_in(world.alice), KEYS), (Client(), ALONE)):
            shown = client.get(page).content.decode()
            assert f'href="http://localhost:8000{page}"' in shown
            assert "data-passkey" not in shown


class TestEnteringAlone:
    def test_it_opens_a_whole_session(self, world: World, signed_in: SignedIn) -> None:
        key, client = given(world.alice, signed_in), Client()
        assert "data-passkey" in client.get(ALONE).content.decode()
        answer = enter(key, client, suite="/groupes/", poste_partage="1")
        assert (answer.status_code, answer["Location"]) == (303, "/groupes/")
        session = Session.objects.get(means="cle")
        assert (session.user_id, session.is_shared_post) == (world.alice.pk, True)
        assert session.factor_at is not None
        assert client.get("/moi/").status_code == 200
        line = JournalLine.objects.get(act="entree", session_id=session.id)
        assert line.codes["moyen"] == "cle"
        assert Passkey.objects.get().last_used_at is not None

    def test_the_sign_in_page_leads_there(self) -> None:
        page = Client().get("/connexion/?suite=/groupes/").content.decode()
        assert 'href="/connexion/cle/?suite=%2Fgroupes%2F"' in page

    def test_nobody_is_named_before_the_answer(self, world: World, signed_in: SignedIn) -> None:
        given(world.alice, signed_in)
        asked = Client().post(ALONE, ASK).json()["publicKey"]
        assert set(asked) == {"challenge", "rpId", "userVerification"}
        waiting = Session.objects.get(user=None)
        assert waiting.expires_at - waiting.created_at == 10 * MINUTE

    @pytest.mark.parametrize(
        "about",
        [
            {"is_verified": False},
            {"origin": "http://ailleurs.example"},
            {"party": "ailleurs.example"},
            {"handle": None},
        ],
        ids=["not verified", "other origin", "other site", "nameless"],
    )
    def test_what_is_not_the_answer_asked_for_enters_nobody(
        self, world: World, signed_in: SignedIn, about: dict[str, Any]
    ) -> None:
        key = given(world.alice, signed_in)
        for name, value in about.items():
            setattr(key, name, value)
        nobody_enters(enter(key))

    def test_a_key_of_nobody_s_enters_nobody(self, world: World) -> None:
        nobody_enters(enter(SoftwareKey(handle=world.alice.pk.bytes)))

    def test_naming_another_enters_nobody(self, world: World, signed_in: SignedIn) -> None:
        key = given(world.alice, signed_in)
        key.handle = world.nora.pk.bytes
        nobody_enters(enter(key))

    def test_another_s_signature_enters_nobody(self, world: World, signed_in: SignedIn) -> None:
        key = given(world.alice, signed_in)
        nobody_enters(enter(SoftwareKey(credential_id=key.credential_id, handle=key.handle, counts=99)))

    @pytest.mark.parametrize("typed", ["", "{}", "[]", "null", "[" * 9000, '{"id":1}', "\x00", "a" * 30_000])
    def test_odd_answers_enter_nobody(self, world: World, typed: str) -> None:
        client = Client()
        client.post(ALONE, ASK)
        nobody_enters(client.post(ALONE, {"reponse": typed}))

    def test_a_closed_account_enters_nobody(self, world: World, signed_in: SignedIn) -> None:
        key = given(world.alice, signed_in)
        User.objects.filter(pk=world.alice.pk).update(is_active=False)
        nobody_enters(enter(key))

    def test_a_challenge_is_good_once_and_for_its_own_browser(self, world: World, signed_in: SignedIn) -> None:
        key, client, other = given(world.alice, signed_in), Client(), Client()
        answer = key.get(client.post(ALONE, ASK).json())
        other.post(ALONE, ASK)
        nobody_enters(other.post(ALONE, {"reponse": answer}))
        nobody_enters(Client().post(ALONE, {"reponse": answer}))
        assert client.post(ALONE, {"reponse": answer}).status_code == 303
        assert other.post(ALONE, {"reponse": answer}).status_code == 422

    def test_a_count_that_goes_back_is_a_copied_key(self, world: World, signed_in: SignedIn) -> None:
        key = given(world.alice, signed_in)
        assert enter(key).status_code == 303
        Session.objects.all().delete()
        key.counts = Passkey.objects.get().sign_count
        nobody_enters(enter(key))
        assert lines(world.alice, "cle-suspecte") == ["cle-suspecte"]

    def test_a_key_that_does_not_count_is_good_each_time(self, world: World, signed_in: SignedIn) -> None:
        key = given(world.alice, signed_in, counts=0)
        assert [enter(key).status_code for _ in range(2)] == [303, 303]

    def test_it_leads_inside_the_site_only(self, world: World, signed_in: SignedIn) -> None:
        key = given(world.alice, signed_in)
        assert enter(key, suite="https://ailleurs.example/")["Location"] == "/demandes/"

    def test_who_is_signed_in_goes_on(self, world: World, signed_in: SignedIn) -> None:
        assert signed_in(world.alice).get(f"{ALONE}?suite=/groupes/")["Location"] == "/groupes/"


class TestAsSecondFactor:
    def test_it_ends_an_entry(self, world: World, signed_in: SignedIn, ask: Ask) -> None:
        key = given(world.alice, signed_in)
        client = half_in(ask, world.alice, "/groupes/")
        page = client.get(PAGE).content.decode()
        assert "data-passkey" in page
        assert "L’un des codes de secours" in page, "she has no application"
        asked = client.post(PAGE, ASK).json()
        assert [one["id"] for one in asked["publicKey"]["allowCredentials"]] == [websafe_encode(key.credential_id)]
        answer = client.post(PAGE, {"reponse": key.get(asked)})
        assert (answer.status_code, answer["Location"]) == (303, "/groupes/")
        session = Session.objects.get(means="lien")
        assert session.user_id == world.alice.pk
        assert session.factor_at is not None

    def test_the_key_of_another_does_not(self, world: World, signed_in: SignedIn, ask: Ask) -> None:
        given(world.alice, signed_in)
        other = given(world.amir, signed_in)
        client = half_in(ask, world.alice)
        answer = client.post(PAGE, {"reponse": other.get(client.post(PAGE, ASK).json())})
        assert answer.status_code == 422
        assert REFUSED in answer.content.decode()
        assert not Session.objects.filter(user=world.alice, means="lien").exists()

    def test_it_makes_a_stale_factor_fresh(self, world: World, signed_in: SignedIn) -> None:
        client, key = signed_in(world.alice), SoftwareKey()
        add(client, key)
        with clock.at(clock.now() + timedelta(hours=3)):
            assert client.get(KEYS)["Location"] == f"{PAGE}?suite=%2Fmoi%2Fsecurite%2Fcles%2F"
            answer = client.post(PAGE, {"reponse": key.get(client.post(PAGE, ASK).json()), "suite": KEYS})
            assert (answer.status_code, answer["Location"]) == (303, KEYS)
            assert client.get(KEYS).status_code == 200


class TestRemoving:
    def test_it_opens_nothing_any_more(self, world: World, signed_in: SignedIn) -> None:
        client, key = signed_in(world.alice), SoftwareKey()
        add(client, key)
        elsewhere = signed_in(world.alice)
        RecoveryCode.objects.create(user=world.alice, code_hash=b"x", created_at=clock.now())
        path = f"{KEYS}{Passkey.objects.get().pk}/retrait/"
        once = one_time_key(client, path)
        for _ in range(2):
            answer = client.post(path, {"cle": once})
            assert (answer.status_code, answer["Location"]) == (303, KEYS)
        assert client.get(path).status_code == client.post(path).status_code == 404
        assert told(world.alice) == ["cle-ajoutee", "cle-retiree"]
        assert elsewhere.get("/moi/").status_code == 303
        assert not RecoveryCode.objects.exists()
        assert enter(key).status_code == 422

    def test_another_s_key_does_not_exist(self, world: World, signed_in: SignedIn) -> None:
        given(world.alice, signed_in)
        client = signed_in(world.amir)
        for key_id in (Passkey.objects.get().pk, uuid4()):
            path = f"{KEYS}{key_id}/retrait/"
            assert client.get(path).status_code == client.post(path).status_code == 404
        assert Passkey.objects.count() == 1


def test_options_are_json_that_a_browser_reads(world: World, signed_in: SignedIn) -> None:
    answer = signed_in(world.alice).post(KEYS, ASK)
    assert answer["Content-Type"] == "application/json"
    assert set(json.loads(answer.content)) == {"publicKey"}


class TestRenaming:
    def test_it_keeps_opening_the_account_under_its_new_name(self, world: World, signed_in: SignedIn) -> None:
        key = given(world.alice, signed_in)
        client, path = signed_in(world.alice), f"{KEYS}{Passkey.objects.get().pk}/nom/"
        assert f'href="{path}"' in client.get(KEYS).content.decode()
        fields = {"nom": "  Clé   <du> bureau ", "cle": one_time_key(client, path)}
        for _ in range(2):
            assert client.post(path, fields).headers["Location"] == KEYS
        assert Passkey.objects.get().name == "Clé <du> bureau"
        assert "Clé &lt;du&gt; bureau" in client.get(KEYS).content.decode()
        assert lines(world.alice, "cle-nommee") == ["cle-nommee"]
        assert enter(key).status_code == 303

    def test_a_name_too_long_is_kept_on_the_page(self, world: World, signed_in: SignedIn) -> None:
        given(world.alice, signed_in)
        path = f"{KEYS}{Passkey.objects.get().pk}/nom/"
        answer = signed_in(world.alice).post(path, {"nom": "x" * 61})
        assert answer.status_code == 422
        assert "x" * 61 in answer.content.decode()

    def test_another_s_does_not_exist(self, world: World, signed_in: SignedIn) -> None:
        given(world.alice, signed_in)
        path, amir = f"{KEYS}{Passkey.objects.get().pk}/nom/", signed_in(world.amir)
        assert amir.get(path).status_code == 404
        assert amir.post(path, {"nom": "À moi"}).status_code == 404
        assert Passkey.objects.get().name != "À moi"
