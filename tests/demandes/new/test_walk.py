"""The whole journey over HTTP: four steps, then one demande."""

from django.core.files.uploadedfile import SimpleUploadedFile

from aplus.accounts.queries.actors import actor_for
from aplus.attachments.models import Attachment
from aplus.demandes.content import Authorisation
from aplus.demandes.models import Demande, Draft, Mandat
from aplus.demandes.openers import open_demande
from aplus.demandes.queries.demande import demande as load
from aplus.journal.models import JournalLine
from aplus.notifications.models import Notification
from aplus.vault.keys import Place
from tests.demandes.new.helpers import NEW, Walk, blocage, organismes, page_of, text_file, usager


def test_four_steps_make_one_demande(walk: Walk) -> None:
    world = walk.world
    assert walk.get(NEW).status_code == 200
    assert not Draft.objects.exists()
    assert walk.post(NEW, organismes(world)).status_code == 303
    draft = Draft.objects.get()
    assert walk.draft_id == str(draft.id)
    walk.step("usager", usager(precautions=["ne-pas-contacter"], mandat_lu_par="Son frère", telephone="06 12 34 56 78"))
    walk.step(
        "blocage",
        blocage(
            info_nom=["Numéro de dossier", ""],
            info_valeur=["123", ""],
            question_caf_prestation="Le RSA",
            urgence="expulsion",
            urgence_le="2026-12-01",
            fichiers=[text_file()],
        ),
    )
    assert page_of(walk.get(walk.address("envoi"))).count("Modifier") >= 3
    sent = walk.step("envoi", {"collegues": [str(world.amir.id)], "attestation": "1"})
    assert sent.status_code == 303
    assert sent.headers["Location"] == f"/demandes/{draft.id}/"
    assert not Draft.objects.exists()

    alice = actor_for(world.alice.id)
    demande = load(alice, draft.id)
    assert demande is not None
    opened = open_demande(alice, demande)
    assert (demande.state, demande.is_urgent, demande.thematique_id) == ("SENT", True, "famille-aides")
    assert {part.groupe_id for part in demande.part_list} == {world.caf95.id, world.cpam95.id}
    assert {(one.user_id, one.kind) for one in demande.participant_list} == {
        (world.alice.id, "auteur"),
        (world.amir.id, "co-auteur"),
    }
    assert opened.subject == "Allocation non versée depuis trois mois"
    assert opened.usager.identifiers == {"nir": "2850578006084"}
    assert opened.usager.unknown == ("numero_caf",)
    assert opened.usager.phone == "06 12 34 56 78"
    assert opened.block.description == "Le dossier est bloqué depuis mars.\nPlus de loyer payé."
    assert opened.block.infos == (("Numéro de dossier", "123"),)
    assert [(one.code, one.text) for one in opened.block.answers] == [("prestation", "Le RSA")]
    assert opened.block.precautions == ("ne-pas-contacter",)
    mandat = Mandat.objects.get()
    assert mandat.id == draft.mandat_id
    said = Authorisation.from_json(opened.key.open_json(Place("mandat", "content", mandat.id), bytes(mandat.sealed)))
    assert (said.mode, said.read_by, said.until) == ("papier", "Son frère", mandat.ends_on)
    assert Attachment.objects.get().dossier_id == draft.id
    assert JournalLine.objects.filter(act="envoi", demande_id=draft.id, actor_id=world.alice.id).count() == 1
    told = set(Notification.objects.filter(event="envoi").values_list("person_id", flat=True))
    assert told == {world.ines.id, world.igor.id, world.remi.id, world.paul.id, world.amir.id, None}


def test_the_draft_s_addresses_lead_to_the_demande_once_sent(walk: Walk) -> None:
    walk.up_to_envoi()
    first = walk.step("envoi", {"attestation": "1"})
    target = f"/demandes/{walk.draft_id}/"
    assert first.headers["Location"] == target
    for name in ("organismes", "usager", "blocage", "envoi", "supprimer"):
        assert walk.client.get(walk.address(name)).headers["Location"] == target
    again = walk.post(walk.address("envoi"), {"attestation": "1"})
    assert (again.status_code, again.headers["Location"]) == (303, target)
    other_key = walk.client.post(walk.address("envoi"), {"attestation": "1"})
    assert (other_key.status_code, other_key.headers["Location"]) == (303, target)
    assert Demande.objects.count() == 1


def test_nothing_is_sent_without_the_attestation(walk: Walk) -> None:
    walk.up_to_envoi()
    refused = walk.step("envoi", {"collegues": [str(walk.world.amir.id)]})
    assert refused.status_code == 422
    page = page_of(refused)
    assert 'role="alert"' in page
    assert "id_attestation" in page
    assert f'value="{walk.world.amir.id}" ' in page
    assert Draft.objects.exists()
    # Ticked at last: the page of the refusal carries what it takes.
    assert walk.post(walk.address("envoi"), {"attestation": "1"}).status_code == 303
    assert Demande.objects.count() == 1


def test_missing_steps_are_named_and_linked(walk: Walk) -> None:
    walk.begin()
    refused = walk.step("envoi", {"attestation": "1"})
    assert refused.status_code == 422
    page = page_of(refused)
    for name in ("usager", "blocage"):
        assert f'href="{walk.address(name)}?verifier=1"' in page
    assert f'href="{walk.address("organismes")}?verifier=1"' not in page
    asked = page_of(walk.get(f"{walk.address('usager')}?verifier=1"))
    assert "Saisissez le nom de la personne." in asked
    assert "fr-alert--error" in asked


def test_a_mandat_to_make_can_wait_for_its_signature_but_not_for_sending(walk: Walk) -> None:
    walk.begin()
    made = usager(mandat="a_creer", mandat_mode="", mandat_obtenu_le="")
    assert walk.step("usager", made).status_code == 303
    walk.step("blocage", blocage())
    refused = walk.step("envoi", {"attestation": "1"})
    assert refused.status_code == 422
    assert f"{walk.address('usager')}?verifier=1" in page_of(refused)
    assert walk.step("usager", usager(mandat="a_creer")).status_code == 303
    assert walk.step("envoi", {"attestation": "1"}).status_code == 303


def test_a_file_refused_is_named_and_the_others_are_kept(walk: Walk) -> None:
    walk.begin()
    walk.step("usager", usager())
    program = SimpleUploadedFile("facture.pdf", b"MZ\x90\x00" + b"\x00" * 200)
    refused = walk.step("blocage", blocage(fichiers=[program, text_file()]))
    assert refused.status_code == 422
    page = page_of(refused)
    assert "facture.pdf" in page
    assert "courrier.txt" in page
    assert "Plus de loyer" in page
    kept = Attachment.objects.get()
    assert walk.post(walk.address("blocage"), blocage(retirer=[str(kept.id)])).status_code == 303
    assert not Attachment.objects.exists()
