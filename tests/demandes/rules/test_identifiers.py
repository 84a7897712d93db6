"""NIR, numéro fiscal, CAF number: taken as people type them, refused with what to do, masked, read aloud."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aplus.demandes.rules.identifiers import (
    PARSERS,
    display,
    mask,
    parse_nir,
    parse_numero_caf,
    parse_numero_fiscal,
)

digits = st.sampled_from("0123456789")
nirs = st.builds(
    lambda first, head, departement, tail: first + head + departement + tail,
    st.sampled_from("123478"),
    st.text(digits, min_size=4, max_size=4),
    st.one_of(st.text(digits, min_size=2, max_size=2), st.sampled_from(["2A", "2B"])),
    st.text(digits, min_size=6, max_size=6),
)


def key_of(nir: str) -> str:
    """The key as INSEE defines it: 97 less the remainder by 97, 2A counted as 19 and 2B as 18."""
    number = nir.replace("2A", "19").replace("2B", "18") if nir[5:7] in ("2A", "2B") else nir
    return f"{97 - int(number) % 97:02}"


@st.composite
def typed(draw: st.DrawFn, values: st.SearchStrategy[str]) -> tuple[str, str]:
    """A value and the same as a person types or copies it."""
    value = draw(values)
    gaps = st.sampled_from(["", "", " ", ".", "-", "\u00a0", "\u202f", "\u2011", "–", "\u200b"])
    return value, "".join(draw(gaps) + sign for sign in value).lower() + draw(gaps)


@pytest.mark.parametrize(
    ("text", "nir"),
    [
        ("2 95 10 99 126 111 93", "2951099126111"),
        ("2951099126111", "2951099126111"),
        ("2.95.10.99.126.111-93", "2951099126111"),
        ("253072b07300470", "253072B073004"),
        ("2 53 07 2A 073 004 43", "253072A073004"),
        ("\uff12951099126111", "2951099126111"),
        ("7 95 10 99 126 111", "7951099126111"),
    ],
)
def test_nir_as_typed(text: str, nir: str) -> None:
    assert parse_nir(text) == nir


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "vous en avez saisi 0"),
        ("295109912611", "vous en avez saisi 12"),
        ("29510991261119", "vous en avez saisi 14"),
        ("2951099126111931", "vous en avez saisi 16"),
        ("5951099126111", "commence par 1, 2, 3, 4, 7 ou 8"),
        ("0951099126111", "commence par 1, 2, 3, 4, 7 ou 8"),
        ("253072C073004", "2A ou 2B"),
        ("2A53072073004", "2A ou 2B"),
        ("295109912611O", "que des chiffres"),
        ("295109912611١", "que des chiffres"),
        ("2951099126111\x00\x00", "La clé"),
        ("295109912611194", "La clé"),
        ("253072B07300443", "La clé"),
    ],
)
def test_nir_refused_with_what_to_do(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_nir(text)


@given(typed(nirs))
def test_nir_with_and_without_its_key(pair: tuple[str, str]) -> None:
    nir, text = pair
    assert parse_nir(text) == nir
    assert parse_nir(f"{text} {key_of(nir)}") == nir
    wrong = f"{int(key_of(nir)) % 97 + 1:02}"
    with pytest.raises(ValueError, match="La clé"):
        parse_nir(text + wrong)


@given(typed(st.text(digits, min_size=13, max_size=13)))
def test_numero_fiscal_as_typed(pair: tuple[str, str]) -> None:
    assert parse_numero_fiscal(pair[1]) == pair[0]


@pytest.mark.parametrize("text", ["", "301234567890", "30123456789012", "30123456789A1", "301234567890\x00"])
def test_numero_fiscal_refused(text: str) -> None:
    with pytest.raises(ValueError, match="compte 13 chiffres"):
        parse_numero_fiscal(text)


@given(typed(st.from_regex(r"\A[0-9]{7}[A-Z]?\Z")))
def test_numero_caf_as_typed(pair: tuple[str, str]) -> None:
    assert parse_numero_caf(pair[1]) == pair[0]


@pytest.mark.parametrize("text", ["", "123456", "12345678", "1234567AB", "A1234567", "1234567É", "1234567ß"])
def test_numero_caf_refused(text: str) -> None:
    with pytest.raises(ValueError, match="compte 7 chiffres"):
        parse_numero_caf(text)


@given(st.sampled_from(list(PARSERS.values())), st.text())
def test_any_text_is_taken_or_refused(parse, text: str) -> None:
    try:
        value = parse(text)
    except ValueError as refusal:
        assert str(refusal).endswith(".")
    else:
        assert parse(value) == value


@pytest.mark.parametrize(
    ("value", "masked"),
    [("2951099126111", "••••••••••111"), ("1234567A", "•••••67A"), ("1234", "•234"), ("123", "•••"), ("", "")],
)
def test_mask_leaves_the_last_three_signs(value: str, masked: str) -> None:
    assert mask(value) == masked


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("nir", "253072B073004", "2 53 07 2B 073 004"),
        ("numero_fiscal", "3012345678901", "30 12 345 678 901"),
        ("numero_caf", "1234567A", "1 234 567 A"),
        ("numero_caf", "1234567", "1 234 567"),
    ],
)
def test_display_groups_what_is_read_aloud(field: str, value: str, shown: str) -> None:
    assert display(field, value) == shown
    assert PARSERS[field](shown) == value
