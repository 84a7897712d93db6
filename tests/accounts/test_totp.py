"""The application that makes codes: set up by its first code, removed, its secret kept wrapped."""

import html
import re
from base64 import b32decode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.test import Client

from aplus.accounts.models import RecoveryCode, Session, TotpDevice
from aplus.accounts.rules import factors as rules
from aplus.core import clock
from tests import personas
from tests.accounts.factors import APPLICATION, CODES, KEY, MINUTE, give_codes, give_totp, lines, one_time_key, told
from tests.notifications.jobs import run_jobs
from tests.personas import World

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]
REMOVE = f"{APPLICATION}retrait/"
BEGIN = {"action": "commencer"}


def begin(client: Client, **fields: str) -> bytes:
    """Ask for a secret; the secret, as the page writes it for people who type."""
    answer = client.post(APPLICATION, {**BEGIN, **fields})
    assert answer.status_code == 303
    page = client.get(answer["Location"]).content.decode()
    written = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert written
    return b32decode(written.group(1).replace(" ", ""))


def test_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B, whose codes have eight digits: the last six are ours."""
    secret = b"12345678901234567890"
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (2000000000, "279037"), (20000000000, "353130")):
        now = datetime.fromtimestamp(seconds, tz=UTC)
        assert rules.code_at(secret, now) == code
        assert rules.step_of_code(secret, code, now=now, last_step=0) == seconds // 30


def test_it_is_set_up_in_two_steps(world: World, signed_in: SignedIn) -> None:
    client, elsewhere = signed_in(world.rachel), signed_in(world.rachel)
    assert TotpDevice.objects.filter(user=world.rachel).count() == 0
    secret = begin(client, suite="/groupes/")
    kept = TotpDevice.objects.get(user=world.rachel)
    assert secret not in bytes(kept.wrapped)
    assert kept.confirmed_at is None
    assert not told(world.rachel)

    code = rules.code_at(secret, clock.now())
    answer = client.post(APPLICATION, {"code": f"{code[:3]} {code[3:]}", "suite": "/groupes/"})
    assert (answer.status_code, answer["Location"]) == (303, f"{CODES}?suite=%2Fgroupes%2F")
    assert told(world.rachel) == ["application-ajoutee"]
    assert lines(world.rachel, "application-ajoutee") == ["application-ajoutee"]
    session = Session.objects.get(user=world.rachel)
    assert session.factor_at is not None
    assert client.get(CODES).status_code == 200
    assert elsewhere.get("/moi/").status_code == 303, "the other sessions are over"


def test_the_page_holds_the_secret_three_times(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.rachel)
    secret = begin(client)
    page = client.get(APPLICATION).content.decode()
    assert 'src="data:image/png;base64,' in page
    address = re.search(r'href="(otpauth:[^"]+)"', page)
    assert address
    parts = urlsplit(html.unescape(address.group(1)))
    assert unquote(parts.path) == "/Administration+:rachel.moreau@demo.example"
    assert parse_qs(parts.query) == {
        "secret": [rules.base32(secret)],
        "issuer": ["Administration+"],
        "algorithm": ["SHA1"],
        "digits": ["6"],
        "period": ["30"],
    }


@pytest.mark.parametrize("typed", ["", "000", "abcdef", "\x00", "1" * 5000])
def test_a_wrong_first_code_sets_nothing_up(world: World, signed_in: SignedIn, typed: str) -> None:
    client = signed_in(world.rachel)
    secret = begin(client, suite="/groupes/")
    answer = client.post(APPLICATION, {"code": typed, "suite": "/groupes/"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'class="fr-alert fr-alert--error' in page
    assert rules.in_groups(rules.base32(secret)) in page, "the same secret, to try again"
    assert 'value="/groupes/"' in page
    assert TotpDevice.objects.get(user=world.rachel).confirmed_at is None


def test_a_secret_waits_an_hour_for_its_first_code(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.rachel)
    secret = begin(client)
    with clock.at(clock.now() + timedelta(hours=1)):
        assert "<code>" not in client.get(APPLICATION).content.decode()
        answer = client.post(APPLICATION, {"code": rules.code_at(secret, clock.now())})
    assert answer.status_code == 409
    assert not told(world.rachel)


def test_beginning_again_gives_another_secret_and_one_only(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.rachel)
    former, secret = begin(client), begin(client)
    assert former != secret
    assert client.post(APPLICATION, {"code": rules.code_at(former, clock.now())}).status_code == 422
    assert client.post(APPLICATION, {"code": rules.code_at(secret, clock.now())}).status_code == 303


def test_the_first_code_is_no_code_to_enter_with(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.rachel)
    secret = begin(client)
    code = rules.code_at(secret, clock.now())
    client.post(APPLICATION, {"code": code})
    with clock.at(clock.now() + 110 * MINUTE):
        assert client.post("/connexion/second-facteur/", {"code": code}).status_code == 422


def test_the_same_form_twice_is_one_secret(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.rachel)
    key = one_time_key(client, APPLICATION)
    first = client.post(APPLICATION, {**BEGIN, "cle": key})
    kept = bytes(TotpDevice.objects.get(user=world.rachel).wrapped)
    second = client.post(APPLICATION, {**BEGIN, "cle": key})
    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"]) == (303, APPLICATION)
    assert bytes(TotpDevice.objects.get(user=world.rachel).wrapped) == kept


def test_another_one_is_set_up_only_once_the_first_is_removed(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.nora)
    kept = TotpDevice.objects.get(user=world.nora).pk
    assert "<code>" not in client.get(APPLICATION).content.decode()
    assert client.post(APPLICATION, BEGIN).status_code == 409
    assert client.post(APPLICATION, {"code": personas.code_of(world.nora)}).status_code == 409
    assert TotpDevice.objects.get(user=world.nora).pk == kept


def test_removing_says_what_it_entails_and_ends_the_other_sessions(world: World, signed_in: SignedIn) -> None:
    give_totp(world.rachel)
    give_codes(world.rachel, "0" * 16)
    client, elsewhere = signed_in(world.rachel), signed_in(world.rachel)
    page = client.get(REMOVE).content.decode()
    assert "vos codes de secours seront effacés" in page
    key = KEY.search(page)
    assert key
    for _ in range(2):
        assert client.post(REMOVE, {"cle": key.group(1)})["Location"] == "/moi/securite/"
    assert client.post(REMOVE).status_code == 409
    assert told(world.rachel) == ["application-retiree"]
    assert not TotpDevice.objects.filter(user=world.rachel).exists()
    assert not RecoveryCode.objects.filter(user=world.rachel).exists(), "alone, they would open nothing"
    assert elsewhere.get("/moi/").status_code == 303


def test_whoever_must_have_one_is_led_to_another(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.nora)
    assert "vous en mettrez un autre en place" in client.get(REMOVE).content.decode()
    assert client.post(REMOVE).status_code == 303
    assert client.get("/pilotage/")["Location"].startswith(APPLICATION)


def test_a_stale_factor_is_asked_before_any_change(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.nora)
    with clock.at(clock.now() + 121 * MINUTE):
        for path in (APPLICATION, REMOVE, CODES, "/moi/securite/cles/"):
            assert client.get(path)["Location"].startswith("/connexion/second-facteur/?suite=")
            assert client.post(path)["Location"].startswith("/connexion/second-facteur/?suite=")
    assert TotpDevice.objects.filter(user=world.nora).exists()


def test_the_mail_says_what_changed_and_nothing_secret(
    world: World, signed_in: SignedIn, mailoutbox: list[object]
) -> None:
    client = signed_in(world.rachel)
    secret = begin(client)
    client.post(APPLICATION, {"code": rules.code_at(secret, clock.now())})
    run_jobs()
    (mail,) = [one for one in mailoutbox if one.extra_headers["X-Aplus-Evenement"] == "second-facteur"]
    assert mail.to == ["rachel.moreau@demo.example"]
    assert "Une application de codes a été ajoutée" in mail.body
    assert rules.base32(secret) not in mail.body
