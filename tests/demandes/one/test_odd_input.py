"""What no browser would send: never a 500, never half an act."""

import random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.demandes import sent
from tests.demandes.one.browser import ids
from tests.demandes.one.cast import written

ACTS = {
    "messages": ("ines", {"message": "Un mot.", "acte": "traitement"}),
    "invitations": ("ines", {"motif": "Pour voir.", "message": "Un mot."}),
    "attribution": ("ines", {"part": "x", "personne": "x"}),
    "co-auteurs": ("alice", {"collegues": "x"}),
    "toujours-bloque": ("alice", {"message": "Un mot."}),
    "reouverture": ("alice", {"message": "Un mot."}),
    "archivage": ("alice", {"leve": "oui", "remarque": "Un mot."}),
    "identifiants": ("alice", {"champ": "nir"}),
    "suivi": ("alice", {"choix": "muet"}),
    "nouveau": ("ines", {"message": "Un mot."}),
}
ODD = [
    "\x00",
    "a\x00b",
    "x" * 1_000_000,
    "\udcff".encode("utf-8", "surrogatepass").decode("latin-1"),
    "9" * 400,
    "-1",
    "🦆" * 500,
    "\u202e\ufeff",
    "{{ 7*7 }}",
    "%s%n",
]
CALM = {200, 303, 400, 403, 404, 409, 422}


def send_odd(cast, act, values):
    """Each field of this act with each of these values, the others as they should be."""
    who, fields = ACTS[act]
    browser = cast.browser(who)
    names = [*fields, "cle", "vu", "part", "aussi", "groupes", "fichiers_gardes", "promis_le", "info_nom", "choix"]
    for name in dict.fromkeys(names):
        for value in values():
            data = {**fields, name: value}
            response = browser.send("POST", sent.address(cast.demande, f"{act}/"), data)
            assert response.status_code in CALM, (name, value[:20], response.status_code)


@pytest.mark.parametrize("act", sorted(ACTS))
def test_odd_values(cast, act):
    dice = random.Random(act)
    send_odd(cast, act, lambda: dice.sample(ODD, 2))


@pytest.mark.long
@pytest.mark.parametrize("act", sorted(ACTS))
def test_every_odd_value_in_every_field(cast, act):
    send_odd(cast, act, lambda: ODD)


@pytest.mark.parametrize("act", sorted(ACTS))
def test_bytes_that_are_no_text(cast, act):
    browser = cast.browser(ACTS[act][0])
    for body in (b"message=%ff%fe&leve=%c3%28", b"\xff\xfe\x00=\x00&&&===", b"", b"&" * 1000, b"message=%"):
        response = browser._bare.generic(
            "POST",
            sent.address(cast.demande, f"{act}/"),
            data=body,
            content_type="application/x-www-form-urlencoded",
        )
        assert response.status_code in CALM, body
    for content_type in ("application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=x"):
        response = browser._bare.generic(
            "POST", sent.address(cast.demande, f"{act}/"), data=b'{"message": "x"}', content_type=content_type
        )
        assert response.status_code in CALM, content_type


def test_a_nul_is_taken_out_and_said(cast):
    for who in ("alice", "ines"):
        answer = cast.submit(who, "messages", message="Un\x00mot.")
        assert answer.status == 422
        assert [link for link, _ in answer.summary()] == ["#reponse_message"]
        assert answer.fields(sent.address(cast.demande, "messages/"))["message"] == ["Unmot."]
    assert cast.submit("alice", "messages", info_nom=["Dos\x00sier"], info_valeur=["A\x00"]).status == 303
    assert ("Dossier", "A") in cast.read("ines").pairs()


def test_hundreds_of_informations_are_one_error(cast):
    names, values = ["Réf"] * 400, [f"n° {number}" for number in range(400)]
    answer = cast.submit("alice", "messages", info_nom=names, info_valeur=values, message="Voici.")
    assert answer.status == 422
    ((link, words),) = answer.summary()
    assert link == "#reponse_info_nom_1"
    assert "au plus 20" in words
    kept = answer.fields(sent.address(cast.demande, "messages/"))
    assert kept["info_valeur"][:400] == values
    assert kept["message"] == ["Voici."]
    assert cast.said() == 0


def test_thousands_of_fields_or_files_are_refused_whole(cast):
    before = written()
    many = {"info_nom": ["x"] * 3000, "info_valeur": ["y"] * 3000, "message": "Voici."}
    assert cast.browser("alice").send("POST", sent.address(cast.demande, "messages/"), many).status_code == 400

    browser = cast.browser("alice")
    form = browser.form(cast.demande, "messages")
    files = [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(40)]
    assert browser.post(cast.demande, "messages", {**form, "fichiers": files}).status == 400
    assert written() == before


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("", "orpheline", "Nommez"),
        ("Seul", "", "Complétez"),
        ("x" * 61, "y", "60 signes"),
        ("x", "y" * 501, "500 signes"),
    ],
)
def test_an_information_half_given(cast, name, value, words):
    answer = cast.submit("alice", "messages", info_nom=[name], info_valeur=[value], message="Voici.")
    assert answer.status == 422
    ((link, said),) = answer.summary()
    assert (link, words in said) == ("#reponse_info_nom_1", True)
    assert words in answer.errors()[0]
    kept = answer.fields(sent.address(cast.demande, "messages/"))
    assert (kept["info_nom"][0], kept["info_valeur"][0], kept["message"]) == (name, value, ["Voici."])


def test_a_hundred_ids_are_as_good_as_one(cast):
    data = {"groupes": ids(cast.world.msa95) * 100, "motif": "Pour voir."}
    response = cast.browser("alice").send("POST", sent.address(cast.demande, "invitations/"), data)
    assert response.status_code == 303
    assert cast.events().count("ADDRESS") == 3
