"""What must not pass: other people's drafts, forged ids, lost rights, odd input. Never a 500, never a 200."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from aplus.accounts.models import Membership
from aplus.attachments.models import Attachment
from aplus.core import clock
from aplus.demandes.models import Demande, Draft
from aplus.journal.models import JournalLine
from tests import personas
from tests.demandes.new.helpers import NEW, Walk, blocage, organismes, page_of, text_file, usager
from tests.personas import World

STEPS = ("organismes", "usager", "blocage", "envoi", "supprimer")


def refusals() -> int:
    """How many lines the journal has for refusals."""
    return JournalLine.objects.filter(act="refus").count()


@pytest.mark.parametrize("key", ["ines", "sophie", "oscar", "nora", "elise"])
def test_only_aidants_create(world: World, signed_in: Callable[[Any], Client], key: str) -> None:
    client = signed_in(world.user(key))
    for method in (client.get, client.post, client.put):
        assert method(NEW).status_code == 403
    assert client.get("/mandats/vierge.pdf").status_code == 403
    assert refusals() == 4


def test_nobody_in_particular_signs_in_first(world: World, client: Client) -> None:
    for path in (NEW, f"{NEW}{uuid4()}/usager/", f"/mandats/{uuid4()}/", "/mandats/vierge.pdf"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/connexion/")


@pytest.mark.parametrize("key", ["amir", "rachel", "chloe"])
def test_other_people_s_drafts_do_not_exist(walk: Walk, key: str) -> None:
    walk.begin()
    mandat_id = Draft.objects.get().mandat_id
    stranger = Client()
    personas.sign_in(stranger, walk.world.user(key))
    paths = [*(walk.address(step) for step in STEPS), f"/mandats/{mandat_id}/", f"/mandats/{mandat_id}.pdf"]
    for path in paths:
        assert stranger.get(path).status_code == 404, path
    for step in STEPS:
        assert stranger.post(walk.address(step), usager()).status_code == 404
    assert Draft.objects.get().version == 1
    assert refusals() == len(paths) + len(STEPS)


NOBODY_S = "0f0e0d0c-0b0a-4908-8706-050403020100"


@pytest.mark.parametrize("path", [f"{NEW}{NOBODY_S}/usager/", f"{NEW}{NOBODY_S}/bidon/", f"{NEW}pas-un-uuid/usager/"])
def test_unknown_drafts_and_steps_do_not_exist(walk: Walk, path: str) -> None:
    assert walk.client.get(path).status_code == 404
    assert walk.client.post(path, usager()).status_code == 404


def forged(world: World) -> dict[str, tuple[str, dict[str, Any]]]:
    """A step, and what is posted there that no page offered."""
    far = str(uuid4())
    return {
        "structure": ("organismes", organismes(world, structure=str(world.ccas_cergy.id))),
        "structure_word": ("organismes", organismes(world, structure="alice")),
        "groupe": ("organismes", organismes(world, groupes=[far])),
        "groupe_word": ("organismes", organismes(world, groupes=["' OR 1=1"])),
        "groupe_itself": ("organismes", organismes(world, groupes=[str(world.fs_argenteuil.id)])),
        "colleague": ("envoi", {"collegues": [str(world.chloe.id)], "attestation": "1"}),
        "colleague_itself": ("envoi", {"collegues": [str(world.alice.id)], "attestation": "1"}),
        "colleague_word": ("envoi", {"collegues": ["amir"], "action": "enregistrer"}),
        "file": ("blocage", blocage(retirer=[far])),
        "file_word": ("blocage", blocage(retirer=["../../etc/passwd"])),
        "proof": ("usager", usager(retirer=[far])),
    }


@pytest.mark.parametrize("action", ["suivant", "precedent", "enregistrer"])
def test_forged_ids_do_not_exist(walk: Walk, action: str) -> None:
    walk.up_to_envoi()
    before = Draft.objects.get().version
    cases = forged(walk.world)
    for case, (step, data) in cases.items():
        assert walk.step(step, {**data, "action": action}).status_code == 404, case
    assert refusals() == len(cases)
    assert Draft.objects.get().version == before
    assert not Demande.objects.exists()


def test_a_forged_first_step_makes_no_draft(walk: Walk) -> None:
    assert walk.begin(groupes=[str(uuid4())]).status_code == 404
    assert not Draft.objects.exists()


def test_another_draft_s_file_is_not_taken_away(walk: Walk) -> None:
    walk.begin()
    walk.step("blocage", blocage(fichiers=[text_file()]))
    file_id = str(Attachment.objects.get().id)
    walk.begin()
    assert walk.step("blocage", blocage(retirer=[file_id])).status_code == 404
    assert Attachment.objects.exists()


def close_caf(world: World) -> None:
    """The CAF's groupe closes."""
    world.caf95.closed_at = clock.now()
    world.caf95.save()


def empty_caf(world: World) -> None:
    """Nobody handles the CAF's demandes any more."""
    Membership.objects.filter(groupe=world.caf95).delete()


@pytest.mark.parametrize("change", [close_caf, empty_caf])
def test_a_groupe_lost_between_two_steps_is_named_and_nothing_is_lost(
    walk: Walk, change: Callable[[World], None]
) -> None:
    walk.up_to_envoi()
    walk.get(walk.address("envoi"))
    change(walk.world)
    refused = walk.post(walk.address("envoi"), {"attestation": "1"})
    assert refused.status_code == 422
    assert "CAF du Val-d&#x27;Oise ne peut plus être saisi" in page_of(refused)
    assert not Demande.objects.exists()
    again = walk.step("organismes", organismes(walk.world))
    assert again.status_code == 422
    assert "ne peut plus être saisi" in page_of(again)
    assert walk.post(walk.address("organismes"), organismes(walk.world, groupes=[str(walk.world.cpam95.id)]))
    assert walk.step("envoi", {"attestation": "1"}).status_code == 303


def test_a_groupe_closed_while_the_first_page_was_open_is_named(walk: Walk) -> None:
    walk.get(NEW)
    close_caf(walk.world)
    refused = walk.post(NEW, organismes(walk.world, motif="Motif gardé"))
    assert refused.status_code == 422
    assert "ne peut plus être saisi" in page_of(refused)
    assert "Motif gardé" in page_of(refused)


def test_losing_the_only_structure_is_losing_the_section(walk: Walk) -> None:
    walk.up_to_envoi()
    Membership.objects.filter(user=walk.world.alice).delete()
    for step in STEPS:
        assert walk.client.get(walk.address(step)).status_code == 403
        assert walk.client.post(walk.address(step), {**walk.hidden, "attestation": "1"}).status_code == 403
    assert not Demande.objects.exists()


def test_losing_one_structure_among_two_asks_for_the_other(walk: Walk) -> None:
    world = walk.world
    Membership.objects.create(user=world.alice, groupe=world.ccas_cergy, is_aidant=True, created_at=clock.now())
    walk.up_to_envoi()
    Membership.objects.filter(user=world.alice, groupe=world.fs_argenteuil).delete()
    refused = walk.step("envoi", {"attestation": "1"})
    assert refused.status_code == 422
    assert f"{walk.address('organismes')}?verifier=1" in page_of(refused)
    page = page_of(walk.get(walk.address("organismes")))
    assert "CCAS de Cergy" in page
    assert (
        walk.post(walk.address("organismes"), organismes(world, structure=str(world.ccas_cergy.id))).status_code == 303
    )
    assert walk.step("envoi", {"attestation": "1"}).status_code == 303
    assert Demande.objects.get().structure_id == world.ccas_cergy.id


def test_a_colleague_who_left_is_unticked_not_sent(walk: Walk) -> None:
    world = walk.world
    walk.up_to_envoi()
    walk.step("envoi", {"collegues": [str(world.amir.id)], "action": "enregistrer"})
    Membership.objects.filter(user=world.amir).delete()
    assert "Amir" not in page_of(walk.get(walk.address("envoi")))
    refused = walk.post(walk.address("envoi"), {"collegues": [str(world.amir.id)], "attestation": "1"})
    assert refused.status_code == 422
    assert "plus aidante de votre structure" in page_of(refused)
    assert walk.post(walk.address("envoi"), {"attestation": "1"}).status_code == 303
    assert list(Demande.objects.get().participants.values_list("kind", flat=True)) == ["auteur"]


@pytest.mark.parametrize(
    ("step", "changed", "expected"),
    [
        ("organismes", {"thematique": "", "motif": "Motif gardé"}, "Choisissez une thématique"),
        ("usager", {"sujet": "Le RSA de madame DIALLO", "nir": "12"}, "semble contenir le nom"),
        ("usager", {"mandat_obtenu_le": "2999-01-01T10:00", "nom": "Dia\x00llo"}, "caractère invisible"),
        ("blocage", {"info_nom": [""], "info_valeur": ["orpheline"], "urgence_le": "2026-12-01"}, "Donnez un nom"),
    ],
)
def test_what_cannot_be_taken_is_said_and_kept(walk: Walk, step: str, changed: dict[str, Any], expected: str) -> None:
    walk.begin()
    filled = {"organismes": organismes(walk.world), "usager": usager(), "blocage": blocage()}[step]
    answer = walk.step(step, {**filled, **changed})
    page = page_of(answer)
    assert answer.status_code == 422
    assert expected in page
    assert 'role="alert"' in page
    assert "fr-message--error" in page
    for value in changed.values():
        for text in value if isinstance(value, list) else [value]:
            assert text.replace("\x00", "") in page


def test_many_groupes_want_a_reason(walk: Walk) -> None:
    world = walk.world
    four = [str(one.id) for one in (world.caf95, world.cpam95, world.msa95, world.ddfip95)]
    assert walk.begin(groupes=four).status_code == 422
    assert walk.begin(groupes=four, motif="Tout est lié").status_code == 303


def test_the_name_in_the_subject_may_be_a_plain_word(walk: Walk) -> None:
    walk.begin()
    named = usager(nom="Petit", sujet="Petit retard devenu grand")
    refused = walk.step("usager", named)
    assert refused.status_code == 422
    assert 'name="sujet_confirme"' in page_of(refused)
    assert walk.post(walk.address("usager"), {**named, "sujet_confirme": "1"}).status_code == 303


ODD = [
    {"action": "bidon"},
    {"action": ["suivant", "enregistrer"]},
    {"cle": "pas-une-cle"},
    {"sujet": ["un", "deux"], "nom": ["a", "b"], "mandat": ["existant", "a_creer"]},
    {"groupes": "x", "collegues": "y", "info_nom": ["a", "b"], "inconnu": "z"},
    {"mandat_obtenu_le": "\u0661" * 16, "date_naissance": "\u202e1980", "telephone": "☎"},
    {"nom": "é" * 50, "prenom": "<script>alert(1)</script>"},
    {"nir": "9" * 10_000, "numero_caf": "\t\n", "numero_fiscal": "١٢٣"},
    {"urgence_le": "2026-13-45", "question_caf_": "x", "question_": "y", "question_caf_prestation": ["a", "b"]},
]


@pytest.mark.parametrize("step", ["organismes", "usager", "blocage", "envoi"])
def test_odd_input_gets_an_answer_in_french(walk: Walk, step: str) -> None:
    walk.begin()
    for data in ODD:
        answer = walk.step(step, data)
        assert answer.status_code in {303, 404, 422}, data
        assert b"<script>alert" not in answer.content


def test_broken_bytes_and_other_shapes_get_an_answer(walk: Walk) -> None:
    walk.begin()
    address = walk.address("usager")
    for body, kind in [
        (b"sujet=%ff%fe%00&nom=%ed%a0%80", "application/x-www-form-urlencoded"),
        (b'{"sujet": 1}', "application/json"),
        (b"", "text/plain"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"sujet=a&" * 3000, "application/x-www-form-urlencoded"),
    ]:
        assert walk.client.post(address, body, content_type=kind).status_code in {303, 400, 409, 422}, body[:20]
    for method in (walk.client.put, walk.client.delete, walk.client.patch):
        assert method(address).status_code == 405
    assert walk.client.head(address).status_code == 200
