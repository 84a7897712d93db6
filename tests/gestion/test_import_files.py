"""Files of people as spreadsheets save them: signs, separators, quotes, blank lines, names of columns."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aplus.gestion.rules import imports
from aplus.gestion.rules.imports import MAX_LINES, Line, Unreadable

FRENCH = "Adresse e-mail;Prénom;Nom;Fonction;Groupe;Aidant\r\njo.pré@demo.example;Zoé;L’Haÿ;Œuvre;CCAS d’Évry;oui\r\n"
EXPECTED = Line(
    2,
    email="jo.pré@demo.example",
    first_name="Zoé",
    last_name="L’Haÿ",
    function="Œuvre",
    groupe="CCAS d’Évry",
    is_aidant=True,
)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(FRENCH.encode("utf-8-sig"), id="UTF-8 with its mark"),
        pytest.param(FRENCH.encode(), id="UTF-8"),
        pytest.param(FRENCH.encode("cp1252"), id="Windows"),
        pytest.param(FRENCH.replace(";", "\t").encode("utf-16"), id="Unicode text"),
        pytest.param(FRENCH.replace(";", ",").encode(), id="commas"),
        pytest.param(FRENCH.replace("\r\n", "\r").encode(), id="an old Mac"),
        pytest.param(
            f"\r\n;;;;;\r\n{FRENCH.replace('Zoé', chr(34) + 'Zoé' + chr(34))}\r\n\r\n".encode(), id="blank lines"
        ),
    ],
)
def test_what_a_spreadsheet_saves_is_read(content):
    [line] = imports.read(imports.decode(content)).lines
    assert replace(line, number=2) == EXPECTED


def test_lines_keep_the_number_they_have_in_the_file():
    text = 'email,nom\n\na@demo.example,"Sur\ndeux lignes"\n\nb@demo.example,B\n'
    assert [(line.number, line.last_name) for line in imports.read(text).lines] == [(3, "Sur deux lignes"), (6, "B")]


def test_a_separator_inside_quotes_is_not_one():
    text = '"email";"nom, prénom, titre, service"\n"a@demo.example";"Dupont, Jo"\n'
    read = imports.read(text)
    assert [line.email for line in read.lines] == ["a@demo.example"]
    assert read.ignored == ["nom, prénom, titre, service"]


def test_columns_may_miss_be_short_or_unknown():
    read = imports.read("Service;E-MAIL;nom\nA;a@demo.example\nB;b@demo.example;B;trop\n")
    assert [(line.email, line.last_name, line.is_aidant) for line in read.lines] == [
        ("a@demo.example", "", None),
        ("b@demo.example", "B", None),
    ]
    assert read.ignored == ["Service"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Oui", True),
        ("X", True),
        ("1", True),
        ("VRAI", True),
        ("non", False),
        ("0", False),
        ("", None),
        ("peut-être", None),
    ],
)
def test_a_flag_is_said_in_several_ways(said, expected):
    [line] = imports.read(f"email;instructeur\na@demo.example;{said}\n").lines
    assert line.is_instructeur is expected
    assert bool(line.problems) is (said == "peut-être")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"PK\x03\x04 a workbook", "classeur"),
        (b"\xd0\xcf\x11\xe0 an old one", "classeur"),
        (b"email\n\x00@demo.example", "pas un texte"),
        (b"\xff\xfea", "pas un texte"),
        (b"", "vide"),
        (b"\xef\xbb\xbf\n;;\n", "vide"),
        (b"email;nom\n", "pas de ligne"),
        (b"nom;prenom\nA;B\n", "email"),
        (b"a@demo.example;A\n", "email"),
        (b"email;Adresse mail\na@demo.example;b@demo.example\n", "Deux colonnes"),
        (b'email\n"' + b"a" * 200_000 + b'"\n', "guillemets"),
        (b"email\n" + b"a@demo.example\n" * (MAX_LINES + 1), "plus de 2000 lignes"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(content, why):
    with pytest.raises(Unreadable, match=why):
        imports.read(imports.decode(content))


def test_a_quote_left_open_does_not_swallow_the_file_in_silence():
    lines = imports.read('email;nom\na@demo.example;"A\n' + "b@demo.example;B\n" * 200).lines
    assert [(line.number, bool(line.problems)) for line in lines] == [(2, True)]


def test_two_thousand_lines_are_read():
    lines = imports.read("email\n" + "".join(f"p{rank}@demo.example\n" for rank in range(MAX_LINES))).lines
    assert (len(lines), lines[-1].number) == (MAX_LINES, MAX_LINES + 1)


@given(
    st.binary(max_size=300) | st.text(max_size=300).map(lambda text: f"email;nom\n{text}".encode("utf-8", "replace"))
)
@example(b'email\n"')
@example(b"email\r\r\n\n\r")
def test_any_file_is_read_or_explained(content):
    try:
        read = imports.read(imports.decode(content))
    except Unreadable as problem:
        assert str(problem).endswith(".")
    else:
        assert all(line.number > 1 for line in read.lines)
