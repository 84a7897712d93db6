"""The mandat: who reads it, what its form says, that what was typed is never markup."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from aplus.demandes.mandat_pdf import Sheet, render
from aplus.demandes.models import Draft, Mandat
from aplus.journal.models import JournalLine
from aplus.vault.services import erase_secret
from tests import personas
from tests.demandes.new.helpers import Walk, page_of, text_file, usager


def pages(pdf: bytes) -> int:
    """How many pages a PDF has."""
    found = re.search(rb"/Type/Pages/Count (\d+)", pdf)
    assert found is not None
    return int(found[1])


def sent(walk: Walk) -> Mandat:
    """The mandat of a demande just sent, with its proof."""
    walk.begin()
    walk.step("usager", usager(mandat_preuve=text_file("mandat signé.txt"), mandat_lu_par="Son frère"))
    walk.step("blocage", {"description": "Bloqué."})
    walk.step("envoi", {"attestation": "1"})
    return Mandat.objects.get()


def test_a_draft_s_mandat_can_be_printed_at_once(walk: Walk) -> None:
    walk.begin()
    walk.step("usager", usager(mandat="a_creer", mandat_mode="", mandat_obtenu_le="", action="enregistrer"))
    mandat_id = Draft.objects.get().mandat_id
    assert f"/mandats/{mandat_id}.pdf" in page_of(walk.get(walk.address("usager")))
    page = page_of(walk.client.get(f"/mandats/{mandat_id}/"))
    for text in ("Fatou Diallo", "France services Argenteuil", "CAF du Val-d&#x27;Oise"):
        assert text in page
    answer = walk.client.get(f"/mandats/{mandat_id}.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="mandat.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content.startswith(b"%PDF")
    assert not JournalLine.objects.filter(kind="mandat").exists()


def test_an_empty_draft_has_a_mandat_too(walk: Walk) -> None:
    walk.get("/demandes/nouvelle/")
    walk.post("/demandes/nouvelle/", {"action": "enregistrer", "thematique": ""})
    mandat_id = Draft.objects.get().mandat_id
    assert walk.client.get(f"/mandats/{mandat_id}/").status_code == 200
    assert walk.client.get(f"/mandats/{mandat_id}.pdf").status_code == 200


@pytest.mark.parametrize(
    ("key", "status"),
    [("alice", 200), ("ines", 200), ("paul", 200), ("amir", 404), ("chloe", 404), ("sophie", 404), ("nora", 404)],
)
def test_a_sent_mandat_is_read_by_both_sides_only(walk: Walk, key: str, status: int) -> None:
    mandat = sent(walk)
    reader = walk.world.user(key)
    client = Client()
    personas.sign_in(client, reader)
    page, pdf = client.get(f"/mandats/{mandat.id}/"), client.get(f"/mandats/{mandat.id}.pdf")
    assert (page.status_code, pdf.status_code) == (status, status)
    lines = JournalLine.objects.filter(actor_id=reader.id, thing_id=mandat.id, kind="mandat")
    if status == 404:
        assert not lines.exists()
        return
    for text in ("Fatou Diallo", "Sur papier, signé", "Son frère", "mandat signé.txt"):
        assert text in page_of(page)
    assert pdf.headers["Content-Disposition"] == f'attachment; filename="mandat-{mandat.demande.number}.pdf"'
    assert set(lines.values_list("act", "demande_id")) == {
        ("mandat", mandat.demande_id),
        ("mandat-imprime", mandat.demande_id),
    }


def test_head_opens_nothing(walk: Walk) -> None:
    mandat = sent(walk)
    before = JournalLine.objects.count()
    for end in ("/", ".pdf"):
        answer = walk.client.head(f"/mandats/{mandat.id}{end}")
        assert (answer.status_code, answer.content) == (200, b"")
    assert JournalLine.objects.count() == before


def test_an_erased_demande_has_no_mandat_to_read(walk: Walk) -> None:
    mandat = sent(walk)
    erase_secret(mandat.demande_id)
    for end in ("/", ".pdf"):
        assert walk.client.get(f"/mandats/{mandat.id}{end}").status_code == 410


@pytest.mark.parametrize("end", ["/", ".pdf"])
def test_an_unknown_mandat_does_not_exist(walk: Walk, end: str) -> None:
    assert walk.client.get(f"/mandats/{uuid4()}{end}").status_code == 404
    assert walk.client.post(f"/mandats/{uuid4()}{end}").status_code == 404


def test_a_blank_mandat_is_for_aidants(walk: Walk) -> None:
    answer = walk.client.get("/mandats/vierge.pdf")
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")


LONG = Sheet(
    contact="contact@aplus.example",
    prenom="W" * 100,
    nom="Ж" * 100,
    nom_naissance="m " * 50,
    date_naissance="1" * 30,
    structure="s" * 120,
    aidant="a " * 100,
    groupes=tuple("groupe " * 17 for _ in range(8)),
    until="31 décembre 2027",
    read_by="r" * 100,
    number="n° 123 456",
)


@pytest.mark.parametrize(
    "sheet",
    [
        Sheet(contact="contact@aplus.example", is_blank=True),
        Sheet(contact="c", prenom="#panic()", nom='"); #read("/etc/passwd")', structure="$x$ *b* _i_ @ref <l> \\"),
        # No font of ours draws these: they are left to be written by hand.
        Sheet(contact="c", prenom="محمد", nom="王 😀", date_naissance="1980"),
        LONG,
    ],
)
def test_the_form_is_one_tagged_page_whatever_was_typed(sheet: Sheet) -> None:
    pdf = render(sheet)
    assert pages(pdf) == 1
    assert b"/StructTreeRoot" in pdf
    assert b"pdfuaid" in pdf
