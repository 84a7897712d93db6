"""Ten codes to print: shown once, hashed, each good once, made again with a fresh factor."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from aplus.accounts.models import RecoveryCode, Session
from aplus.accounts.rules import factors as rules
from tests.accounts.factors import CODES, PAGE, SPOKEN, Ask, give_codes, half_in, lines, one_time_key, told
from tests.personas import World

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]


def make(client: Client, **fields: str) -> list[str]:
    """Make ten codes, and read them."""
    answer = client.post(CODES, fields)
    assert answer.status_code == 303
    return SPOKEN.findall(client.get(answer["Location"]).content.decode())


def test_ten_codes_are_shown_once(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.nora)
    codes = make(client)
    assert len(set(codes)) == rules.RECOVERY_CODES
    page = client.get(CODES).content.decode()
    assert not SPOKEN.findall(page)
    assert "Il vous reste <strong>10 codes</strong>" in page
    assert told(world.nora) == lines(world.nora, "codes-de-secours-faits") == ["codes-de-secours-faits"]


def test_looking_without_reading_keeps_them(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.nora)
    client.post(CODES)
    client.head(CODES)
    assert len(SPOKEN.findall(client.get(CODES).content.decode())) == 10


def test_nothing_of_a_code_is_in_the_database(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.nora)
    client.post(CODES)
    session = Session.objects.get(user=world.nora)
    store_data = client.session
    codes = SPOKEN.findall(client.get(CODES).content.decode())
    for code in codes:
        assert code not in session.data
        assert code not in str(dict(store_data.items()))
        assert code.replace("-", "") not in str(dict(store_data.items()))
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(recovery::text, ' ') FROM accounts_recoverycode AS recovery")
        assert not any(code.replace("-", "") in cursor.fetchone()[0] for code in codes[:1])


def test_each_enters_once(world: World, signed_in: SignedIn, ask: Ask) -> None:
    codes = make(signed_in(world.nora))
    assert half_in(ask, world.nora).post(PAGE, {"code": codes[3]}).status_code == 303
    assert half_in(ask, world.nora).post(PAGE, {"code": codes[3]}).status_code == 422
    assert half_in(ask, world.nora).post(PAGE, {"code": codes[4].lower().replace("-", "")}).status_code == 303
    assert RecoveryCode.objects.filter(used_at=None).count() == 8


def test_others_replace_them_and_end_the_other_sessions(world: World, signed_in: SignedIn, ask: Ask) -> None:
    client, elsewhere = signed_in(world.nora), signed_in(world.nora)
    former, codes = make(client), make(client)
    assert RecoveryCode.objects.count() == 10
    assert elsewhere.get("/moi/").status_code == 303
    assert half_in(ask, world.nora).post(PAGE, {"code": former[0]}).status_code == 422
    assert half_in(ask, world.nora).post(PAGE, {"code": codes[0]}).status_code == 303


def test_the_same_form_twice_makes_ten_codes_once(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.nora)
    key = one_time_key(client, CODES)
    codes = make(client, cle=key)
    again = client.post(CODES, {"cle": key})
    assert (again.status_code, again["Location"]) == (303, CODES)
    assert RecoveryCode.objects.count() == 10
    assert RecoveryCode.objects.filter(
        code_hash=rules.hash_of_recovery_code(world.nora.pk, rules.as_recovery_code(codes[0]))
    ).exists()


def test_without_a_factor_there_is_nothing_to_rescue(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.alice)
    assert "mettez d’abord l’une ou l’autre en place" in client.get(CODES).content.decode()
    answer = client.post(CODES)
    assert (answer.status_code, RecoveryCode.objects.count()) == (422, 0)


@pytest.mark.parametrize(("left", "warned"), [(0, False), (3, True), (4, False)])
def test_few_are_pointed_out(world: World, signed_in: SignedIn, left: int, warned: bool) -> None:
    give_codes(world.nora, *(f"{number:016}" for number in range(left)))
    client = signed_in(world.nora)
    assert ("C’est peu" in client.get(CODES).content.decode()) is warned
    assert ("C’est trop peu" in client.get("/moi/securite/").content.decode()) is (left <= 3)


@pytest.mark.parametrize("suite", ["https://ailleurs.example/", "//ailleurs.example", "javascript:alert(1)"])
def test_it_leads_on_inside_the_site_only(world: World, signed_in: SignedIn, suite: str) -> None:
    client = signed_in(world.nora)
    assert client.post(CODES, {"suite": suite})["Location"] == CODES
    assert "ailleurs" not in client.get(CODES, {"suite": suite}).content.decode()


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("o123-4567 89ab-cdeI", "0123456789ABCDE1"),
        ("0123456789ABCDE", ""),
        ("0123456789ABCDEFG", ""),
        ("0123456789ABCDEU", ""),
        ("é" * 16, ""),
        ("", ""),
    ],
)
def test_codes_are_read_as_people_type_them(typed: str, read: str) -> None:
    assert rules.as_recovery_code(typed) == read
