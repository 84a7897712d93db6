"""Sealed texts: what opens them, and everything that must not."""

import pickle
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aplus.vault.keys import DossierKey, Place, Unreadable

KEY = DossierKey(uuid4(), b"k" * 32)
PLACE = Place("demande", "description", uuid4())


@given(st.text())
def test_a_text_comes_back_whole(text: str) -> None:
    assert KEY.open(PLACE, KEY.seal(PLACE, text)) == text


def test_a_structure_comes_back_whole() -> None:
    value = {"nom": "Éloïse", "liste": [1, None, True, "a"]}
    assert KEY.open_json(PLACE, KEY.seal_json(PLACE, value)) == value


def test_the_text_is_not_in_the_sealed_bytes_and_no_two_seals_are_alike() -> None:
    first, second = KEY.seal(PLACE, "Mme Canari"), KEY.seal(PLACE, "Mme Canari")
    assert b"Canari" not in first
    assert first != second
    assert first[:1] == second[:1] == b"\x01"


@pytest.mark.parametrize(
    "elsewhere",
    [PLACE._replace(table="message"), PLACE._replace(column="sujet"), PLACE._replace(row_id=uuid4())],
    ids=["table", "column", "row"],
)
def test_a_text_moved_elsewhere_does_not_open(elsewhere: Place) -> None:
    sealed = KEY.seal(PLACE, "secret")
    with pytest.raises(Unreadable):
        KEY.open(elsewhere, sealed)


def test_a_text_of_another_demande_does_not_open() -> None:
    with pytest.raises(Unreadable):
        DossierKey(KEY.dossier_id, b"l" * 32).open(PLACE, KEY.seal(PLACE, "secret"))


def test_every_altered_byte_is_noticed() -> None:
    sealed = KEY.seal(PLACE, "secret")
    for rank in range(len(sealed)):
        altered = sealed[:rank] + bytes([sealed[rank] ^ 1]) + sealed[rank + 1 :]
        with pytest.raises(Unreadable):
            KEY.open(PLACE, altered)


def test_every_truncation_is_noticed() -> None:
    sealed = KEY.seal(PLACE, "secret")
    for length in range(len(sealed)):
        with pytest.raises(Unreadable):
            KEY.open(PLACE, sealed[:length])


def test_an_opened_key_is_neither_shown_nor_written() -> None:
    assert "kkkk" not in repr(KEY)
    assert repr(KEY) == f"<DossierKey of {KEY.dossier_id}>"
    with pytest.raises(TypeError):
        pickle.dumps(KEY)
