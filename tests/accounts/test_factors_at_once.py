"""The same proof brought twice at once: a code of an application, a recovery code, an answer of a passkey."""

import pytest
from django.test import Client

from aplus.accounts.models import Passkey, Session
from tests import personas
from tests.accounts.factors import CODE, KEYS, PAGE, Ask, give_codes, half_in, one_time_key
from tests.accounts.software_key import SoftwareKey
from tests.accounts.test_at_once import at_once
from tests.personas import World


@pytest.mark.parametrize("kind", ["application", "recovery"])
def test_the_same_code_enters_once(committing: World, ask: Ask, kind: str) -> None:
    nora = committing.nora
    give_codes(nora, CODE)
    clients = [half_in(ask, nora) for _ in range(2)]
    code = CODE if kind == "recovery" else personas.code_of(nora)
    answers = at_once([lambda client=client: client.post(PAGE, {"code": code}).status_code for client in clients])
    assert answers == [303, 422]
    assert Session.objects.filter(user=nora).count() == 1


def test_the_same_answer_of_a_passkey_enters_once(committing: World) -> None:
    """Even of a passkey that does not count its signatures."""
    home, key = Client(), SoftwareKey(counts=0)
    personas.sign_in(home, committing.alice)
    made = key.create(home.post(KEYS, {"action": "defi"}).json())
    home.post(KEYS, {"reponse": made, "cle": one_time_key(home, KEYS)})
    assert Passkey.objects.count() == 1

    client = Client()
    answer = key.get(client.post("/connexion/cle/", {"action": "defi"}).json())

    def enter() -> int:
        twin = Client()
        twin.cookies = client.cookies.copy()
        return twin.post("/connexion/cle/", {"reponse": answer}).status_code

    assert at_once([enter] * 2) == [303, 422]
    assert Session.objects.filter(user=committing.alice, means="cle").count() == 1
