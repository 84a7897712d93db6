"""Files of a draft sent by themselves as soon as they are chosen: each whole or refused by name, once."""

from typing import Any
from uuid import uuid4

import pytest

from aplus.attachments import services as attachments
from aplus.attachments.models import Attachment
from tests import personas
from tests.attachments import samples
from tests.demandes.new.helpers import Walk, blocage, page_of, text_file

SCRIPT = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def draft(walk: Walk) -> Walk:
    """Alice with a draft."""
    walk.begin()
    return walk


def upload(walk: Walk, file: Any = None, **fields: Any) -> Any:
    """What the script of a page sends."""
    data = {"cle": str(uuid4()), **({"fichier": file} if file else {}), **fields}
    return walk.client.post(walk.address("fichiers"), data, **SCRIPT)


def test_a_file_is_kept_at_once(draft: Walk) -> None:
    answer = upload(draft, text_file())
    assert answer.status_code == 200
    file = Attachment.objects.get()
    assert answer.json() == {
        "id": str(file.id),
        "nom": "courrier.txt",
        "taille": file.size,
        "etat": "disponible",
        "etat_nom": "disponible",
        "adresse": f"/fichiers/{file.id}/",
    }
    assert file.purpose == "piece"
    assert "courrier.txt" in page_of(draft.get(draft.address("blocage")))


def test_the_page_it_is_chosen_on_is_not_late(draft: Walk) -> None:
    draft.get(draft.address("blocage"))
    assert upload(draft, text_file()).status_code == 200
    assert draft.post(draft.address("blocage"), blocage()).status_code == 303


def test_a_recap_that_does_not_show_it_does_not_send_it(walk: Walk) -> None:
    walk.up_to_envoi()
    walk.get(walk.address("envoi"))
    assert upload(walk, text_file()).status_code == 200
    late = walk.post(walk.address("envoi"), {"attestation": "1"})
    assert late.status_code == 409
    assert "courrier.txt" in page_of(late)
    assert walk.post(walk.address("envoi"), {"attestation": "1"}).status_code == 303


def test_the_same_request_again_is_the_same_file(draft: Walk) -> None:
    key = str(uuid4())
    answers = [upload(draft, text_file(), cle=key) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert Attachment.objects.count() == 1


def test_a_new_proof_takes_the_place_of_the_former(draft: Walk) -> None:
    for name in ("ancienne.txt", "nouvelle.txt"):
        assert upload(draft, text_file(name), pour="preuve").status_code == 200
    assert Attachment.objects.get().purpose == "preuve"
    page = page_of(draft.get(draft.address("usager")))
    assert "nouvelle.txt" in page
    assert "ancienne.txt" not in page


def test_a_refused_file_says_which_and_why_and_keeps_the_former_proof(draft: Walk) -> None:
    upload(draft, text_file("ancienne.txt"), pour="preuve")
    for fields in ({}, {"pour": "preuve"}):
        answer = upload(draft, text_file("virus.exe", b"MZ\x90\x00" + bytes(64)), **fields)
        assert answer.status_code == 422
        assert "« virus.exe »" in answer.json()["erreurs"][0]
    assert upload(draft, text_file("gros.txt", b"a" * (attachments.MAX_BYTES + 1))).status_code == 422
    assert upload(draft).json() == {"erreurs": ["Choisissez un fichier."]}
    assert Attachment.objects.get().purpose == "preuve"


def test_ten_files_and_thirty_megabytes_over_several_saves(draft: Walk) -> None:
    big = samples.TEXT + b"a" * (9 * 1024 * 1024)
    for rank in range(2):
        assert upload(draft, text_file(f"{rank}.txt", big)).status_code == 200
    assert draft.step("blocage", blocage(fichiers=[text_file("2.txt", big)])).status_code == 303
    refused = draft.step("blocage", blocage(fichiers=[text_file("3.txt", big), text_file("petit.txt")]))
    assert refused.status_code == 422
    assert "« 3.txt » : l’envoi dépasse 30 Mo" in page_of(refused)
    assert "30 Mo" in upload(draft, text_file("3.txt", big)).json()["erreurs"][0]
    for rank in range(6):
        assert upload(draft, text_file(f"petit{rank}.txt")).status_code == 200
    assert "10 fichiers" in upload(draft, text_file("onze.txt")).json()["erreurs"][0]
    assert Attachment.objects.count() == 10


def test_taking_one_away(draft: Walk) -> None:
    file_id = upload(draft, text_file()).json()["id"]
    address = draft.address("fichiers/retrait")
    assert draft.client.post(address, {"fichier": file_id}, **SCRIPT).status_code == 200
    assert not Attachment.objects.exists()
    for forged in (file_id, "x", "", str(uuid4())):
        assert draft.client.post(address, {"fichier": forged}, **SCRIPT).status_code == 404


def test_nobody_else_s_draft(draft: Walk) -> None:
    file_id = upload(draft, text_file()).json()["id"]
    personas.sign_in(draft.client, draft.world.amir)
    assert upload(draft, text_file()).status_code == 404
    assert draft.client.post(draft.address("fichiers/retrait"), {"fichier": file_id}).status_code == 404
    personas.sign_in(draft.client, draft.world.ines)
    assert upload(draft, text_file()).status_code == 403
    draft.client.logout()
    assert upload(draft, text_file()).headers["Location"].startswith("/connexion/?suite=")
    assert Attachment.objects.count() == 1


def test_who_comes_back_by_get_is_led_to_the_step(draft: Walk) -> None:
    for path in ("fichiers", "fichiers/retrait"):
        answer = draft.client.get(draft.address(path))
        assert (answer.status_code, answer.headers["Location"]) == (303, draft.address("blocage"))
        assert draft.client.put(draft.address(path)).status_code == 405
