"""Words of the index and of a search: what is indexed is found by its own words, however they are typed."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aplus.demandes.content import IDENTIFIERS, Usager
from aplus.demandes.rules import words
from aplus.demandes.rules.words import Kind, Word

LETTERS = st.characters(categories=["L"], max_codepoint=0x24F)
NAMES = st.lists(st.text(LETTERS, min_size=2, max_size=25), min_size=1, max_size=3).flatmap(
    lambda parts: st.sampled_from(["-", " ", "’", "'"]).map(lambda joint: joint.join(parts))
)


def usager(first: str = "Ondine", last: str = "Quartefeuille", **more: Any) -> Usager:
    return Usager(first, last, **more)


def finds(typed: str, person: Usager, subject: str = "Allocation suspendue", number: int = 123456) -> bool:
    """What the database does: every term, by one of its alternatives."""
    indexed = words.of_demande(person, subject, number, identifiers=IDENTIFIERS)
    terms = words.asked(typed)
    return bool(terms) and all(any(option <= indexed for option in term) for term in terms)


def without_accents(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("Quartefeuille", True),
        ("QUARTEFEUILLE ondine", True),
        ("qua", True),
        ("quartef ond", True),
        ("qu", False),
        ("artefeuille", False),
        ("quartefeuilles", False),
        ("quartefeuille paul", False),
        ("12/03/1985", True),
        ("12-3-1985", True),
        ("12 03 1985", True),
        ("03/1985", True),
        ("3 1985", True),
        ("1985", True),
        ("13/03/1985", False),
        ("1986", False),
        ("quartefeuille 1985", True),
        ("2850378006084", True),
        ("2 85 03 78 006 084", True),
        ("2 85 03 78 006 084 09", True),
        ("2 85 03 78 006 084 12/03/1985 qua", True),
        ("285037800608", False),
        ("1234567", True),
        ("1 234 567", True),
        ("1234567A", True),
        ("1234567 a", True),
        ("123456", True),
        ("123 456", True),
        ("123\u202f456", True),
        ("n° 123 456", True),
        ("N°123456", True),
        ("nº 123456", True),
        ("123457", False),
        ("123 456 quartefeuille", True),
        ("123 456 durand", False),
        ("allocation", True),
        ("ALLOCATION Suspendue", True),
        ("l’allocation", True),
        ("alloc", False),
        ("", False),
        (" ", False),
        ("☃ 🎉", False),
        ("a", False),
    ],
)
def test_what_finds_a_demande(typed: str, is_found: bool) -> None:
    person = usager(birth_date="12/03/1985", identifiers={"nir": "2850378006084", "numero_caf": "1234567B"})
    assert finds(typed, person) is is_found


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Jean-François", "jean francois"),
        ("Jean-François", "JEAN-FRANCOIS"),
        ("Jean-François", "jeanfrancois"),
        ("Jean-François", "fran"),
        ("Jean François", "jean-françois"),
        ("N'Diaye", "ndiaye"),
        ("N'Diaye", "n’diaye"),
        ("Ndiaye", "N'Diaye"),
        ("Le Goff", "legoff"),
        ("Legoff", "Le-Goff"),
        ("Cœur", "coeur"),
        ("Coeur", "CŒUR"),
        ("Strauß", "strauss"),
        ("St-Germain", "saint germain"),
        ("Saint-Germain", "st germain"),
        ("Ste Croix", "sainte-croix"),
        ("Stéphane", "ste"),
        ("Li", "li"),
        ("Ba", "BA"),
        ("李", "李"),
        ("Jean\u00adne", "jeanne"),
        ("Ev\u0065\u0301", "EVÉ"),
        ("D'Angelo", "angelo"),
        ("Rakotomalalanirinavalona", "rakotomalalanirinavalona"),
    ],
)
def test_names_as_people_type_them(name: str, typed: str) -> None:
    assert finds(typed, usager(last=name))
    assert finds(typed, usager(first=name))
    assert finds(typed, usager(birth_name=name))


def test_short_names_are_found_whole_only() -> None:
    assert not finds("li", usager(last="Liard"))
    assert finds("lia", usager(last="Liard"))


@pytest.mark.parametrize("birth", ["vers 1956", "00/00/1956", "31/02/1956", "12 mars 1956"])
def test_dates_no_calendar_has_are_found_as_they_were_typed(birth: str) -> None:
    person = usager(birth_date=birth)
    assert finds(birth, person)
    assert finds("1956", person)


@given(first=NAMES, last=NAMES, subject=NAMES)
def test_what_is_indexed_is_found_by_its_own_words(first: str, last: str, subject: str) -> None:
    person = usager(first, last)
    for text in (first, last, subject):
        for typed in (text, text.upper(), text.lower(), without_accents(text), text.replace("-", " ")):
            assert finds(typed, person, subject), typed


@given(name=st.text(LETTERS, min_size=3, max_size=30), size=st.integers(3, 30))
def test_a_name_is_found_by_its_beginning(name: str, size: int) -> None:
    assert finds(words.joined(name)[:size], usager(last=name))


@given(text=st.text(max_size=200))
def test_anything_can_be_typed(text: str) -> None:
    for term in words.asked(text):
        assert term
        assert all(option for option in term)
    assert words.number(text) is None or words.number(text) >= 0  # type: ignore[operator]  None was just excluded


def test_a_long_name_makes_few_words() -> None:
    person = usager("a" * 100, "-".join(["Bo"] * 33), birth_name=" ".join("abcdefghij" * 9))
    assert len(words.of_demande(person, "x " * 75, 1, identifiers=())) < 80


def test_kinds_are_kept_apart() -> None:
    """A name is not found as a word of the subject would be, nor an identifier as a number."""
    found = words.of_demande(usager(), "Suspendue", 1234567, identifiers=())
    assert Word(Kind.NAME, "suspendue") not in found
    assert Word(Kind.SUBJECT, "quartefeuille") not in found
    assert Word(Kind.NUMERO_CAF, "1234567") not in found


def test_identifiers_that_may_not_be_read_are_no_words() -> None:
    person = usager(birth_date="1985", identifiers={"nir": "2850378006084", "numero_caf": "1234567"})
    found = words.of_demande(person, "Sujet", 1, identifiers={"numero_caf"})
    assert Word(Kind.NUMERO_CAF, "1234567") in found
    assert not [word for word in found if "2850378006084" in word.text]


class TestSamePerson:
    """By an identifier, or by last name, first name and birth date together."""

    BOTH = {"birth_date": "12/03/1985"}

    def test_the_same_names_and_date_however_typed(self) -> None:
        one = usager("Jean-François", "N'Diaye", birth_date="01/03/1985")
        other = usager("JEAN FRANCOIS", "Ndiaye", birth_date="1 3 1985")
        assert words.of_person(one, identifiers=()) == words.of_person(other, identifiers=()) != set()

    @pytest.mark.parametrize(
        "other",
        [
            usager(last="Quartefeuilles", birth_date="12/03/1985"),
            usager(first="Ondina", birth_date="12/03/1985"),
            usager(birth_date="12/03/1986"),
            usager(birth_date="1985"),
            usager(),
        ],
    )
    def test_one_difference_is_another_person(self, other: Usager) -> None:
        one = words.of_person(usager(birth_date="12/03/1985"), identifiers=IDENTIFIERS)
        assert not one & words.of_person(other, identifiers=IDENTIFIERS)

    def test_one_identifier_is_enough(self) -> None:
        one = usager("Ondine", "Quartefeuille", identifiers={"nir": "2850378006084"})
        other = usager("Undine", "Viertelblatt", identifiers={"nir": "2850378006084", "numero_caf": "1234567"})
        common = words.of_person(one, identifiers=IDENTIFIERS) & words.of_person(other, identifiers=IDENTIFIERS)
        assert len(common) == 1
        assert not words.of_person(one, identifiers=()) & words.of_person(other, identifiers=())

    def test_the_same_signs_in_two_identifiers_are_two_persons(self) -> None:
        one = usager(identifiers={"nir": "2850378006084"})
        other = usager(identifiers={"numero_fiscal": "2850378006084"})
        assert not words.of_person(one, identifiers=IDENTIFIERS) & words.of_person(other, identifiers=IDENTIFIERS)

    def test_without_a_birth_date_names_say_nobody(self) -> None:
        assert words.of_person(usager(), identifiers=IDENTIFIERS) == set()
