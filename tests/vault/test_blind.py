"""The search key: what it hashes and seals says nothing without it, and is of one groupe, one session, one search."""

from base64 import b64encode
from uuid import uuid4

import pytest
from pytest_django import Settings

from aplus.vault import blind
from aplus.vault.checks import check_search_key
from aplus.vault.rules import Unreadable

OTHER = b64encode(b"z" * 32).decode()


def test_a_token_is_of_one_groupe_one_kind_and_one_word(settings: Settings) -> None:
    caf, cpam = uuid4(), uuid4()
    here = blind.token(caf, "nom", "durand")
    assert here == blind.token(caf, "nom", "durand")
    assert -(2**63) <= here < 2**63
    others = {blind.token(*one) for one in ((cpam, "nom", "durand"), (caf, "sujet", "durand"), (caf, "nom", "duran"))}
    assert len(others | {here}) == 4
    settings.SEARCH_KEY = OTHER
    assert blind.token(caf, "nom", "durand") != here


def test_tokens_go_below_zero_as_far_as_above() -> None:
    """Eight bytes of a bigint: half of them are negative."""
    groupe = uuid4()
    negative = sum(blind.token(groupe, "nom", str(number)) < 0 for number in range(400))
    assert 120 < negative < 280


def test_what_was_typed_opens_for_its_session_and_its_search_only(settings: Settings) -> None:
    session, search = uuid4(), uuid4()
    sealed = blind.seal_search(session, search, "Quartefeuille né en 1985")
    assert b"Quartefeuille" not in sealed
    assert blind.open_search(session, search, sealed) == "Quartefeuille né en 1985"
    for other in ((uuid4(), search), (session, uuid4())):
        with pytest.raises(Unreadable):
            blind.open_search(*other, sealed)
    settings.SEARCH_KEY = OTHER
    with pytest.raises(Unreadable):
        blind.open_search(session, search, sealed)


@pytest.mark.parametrize(
    ("text", "says"), [("pas du base64 !", "it is not base64"), (b64encode(b"court").decode(), "it has 5 bytes")]
)
def test_an_unusable_key_stops_the_start(settings: Settings, text: str, says: str) -> None:
    settings.SEARCH_KEY = text
    [error] = check_search_key(None)
    assert error.id == "vault.E002"
    assert says in error.msg
    assert text not in error.msg
    settings.SEARCH_KEY = OTHER
    assert check_search_key(None) == []
