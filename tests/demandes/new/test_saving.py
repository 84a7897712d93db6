"""Everything typed is kept: valid or not, one tab or two, one click or two, sealed."""

from typing import Any

import pytest
from django.db import connection

from aplus.attachments.models import Attachment
from aplus.demandes.models import Draft
from aplus.vault.models import Secret
from tests.demandes.new.helpers import NEW, Walk, blocage, organismes, page_of, text_file, usager


def test_a_double_click_on_the_first_step_makes_one_draft(walk: Walk) -> None:
    walk.get(NEW)
    hidden = dict(walk.hidden)
    first = walk.client.post(NEW, {**hidden, **organismes(walk.world)})
    second = walk.client.post(NEW, {**hidden, **organismes(walk.world)})
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    assert Draft.objects.count() == Secret.objects.count() == 1


def test_a_double_click_on_a_later_step_is_one_save(walk: Walk) -> None:
    walk.begin()
    walk.get(walk.address("usager"))
    hidden = dict(walk.hidden)
    answers = [walk.client.post(walk.address("usager"), {**hidden, **usager()}) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert {one.headers["Location"] for one in answers} == {walk.address("blocage")}
    corrected = walk.client.post(walk.address("usager"), {**hidden, **usager()})
    assert (corrected.status_code, corrected.headers["Location"]) == (303, walk.address("blocage"))


def test_a_refused_step_is_no_act_and_its_key_stays_good(walk: Walk) -> None:
    walk.begin()
    walk.get(walk.address("usager"))
    hidden = dict(walk.hidden)
    answers = [walk.client.post(walk.address("usager"), {**hidden, **usager(nom="")}) for _ in range(2)]
    assert [one.status_code for one in answers] == [422, 422]
    assert all("Saisissez le nom de la personne." in page_of(one) for one in answers)
    corrected = walk.client.post(walk.address("usager"), {**hidden, **usager()})
    assert (corrected.status_code, corrected.headers["Location"]) == (303, walk.address("blocage"))


def test_a_double_click_with_files_keeps_each_file_once(walk: Walk) -> None:
    walk.begin()
    walk.get(walk.address("blocage"))
    hidden = dict(walk.hidden)
    for _ in range(2):
        walk.client.post(walk.address("blocage"), {**hidden, **blocage(fichiers=[text_file()])})
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize(("action", "target"), [("precedent", "organismes"), ("enregistrer", "usager")])
def test_going_back_and_keeping_save_what_is_not_valid(walk: Walk, action: str, target: str) -> None:
    walk.begin()
    typed = usager(action=action, nir="12", date_naissance="demain", mandat_obtenu_le="hier", sujet="06 12 34 56 78")
    answer = walk.step("usager", typed)
    assert (answer.status_code, answer.headers["Location"]) == (303, walk.address(target))
    page = page_of(walk.get(walk.address("usager")))
    for text in ('value="12"', 'value="demain"', 'value="hier"', 'value="06 12 34 56 78"'):
        assert text in page
    assert 'class="fr-message fr-message--error"' not in page


def test_a_refused_step_is_shown_again_and_saved(walk: Walk) -> None:
    walk.begin()
    refused = walk.step("usager", usager(nir="12", nom="Ndiaye"))
    assert refused.status_code == 422
    assert 'value="12"' in page_of(refused)
    assert 'value="Ndiaye"' in page_of(walk.get(walk.address("usager")))


def test_a_refused_first_step_is_shown_again_and_the_next_try_makes_one_draft(walk: Walk) -> None:
    walk.get(NEW)
    hidden = dict(walk.hidden)
    refused = walk.post(NEW, organismes(walk.world, thematique=""))
    assert refused.status_code == 422
    assert str(walk.world.caf95.id) in page_of(refused)
    assert not Draft.objects.exists()
    answers = [walk.client.post(NEW, {**hidden, **organismes(walk.world)}) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert Draft.objects.count() == 1


def test_two_tabs_the_second_is_told_and_keeps_its_text(walk: Walk) -> None:
    walk.begin()
    walk.get(walk.address("blocage"))
    first_tab = dict(walk.hidden)
    walk.get(walk.address("blocage"))
    assert walk.post(walk.address("blocage"), blocage(description="Version de l'autre onglet")).status_code == 303
    late = walk.client.post(
        walk.address("blocage"), {**first_tab, **blocage(description="Version d'ici", fichiers=[text_file()])}
    )
    assert late.status_code == 409
    page = page_of(late)
    assert "Version d&#x27;ici" in page
    assert f'href="{walk.address("blocage")}"' in page
    assert "courrier.txt" in page
    assert "Version de l&#x27;autre onglet" in page_of(walk.get(walk.address("blocage")))
    # Saving again is a knowing choice: the page of the refusal holds the new version.
    walk._remember(late)
    assert walk.post(walk.address("blocage"), blocage(description="Version d'ici")).status_code == 303
    assert "Version d&#x27;ici" in page_of(walk.get(walk.address("blocage")))


def test_a_birth_date_of_another_form_is_kept_with_a_notice(walk: Walk) -> None:
    notice = "telle que vous l&#x27;avez écrite"
    walk.begin()
    walk.get(walk.address("usager"))
    stale = {**walk.hidden, "version": "7"}
    typed = usager(date_naissance="vers 1956")
    assert notice not in page_of(walk.client.post(walk.address("usager"), {**stale, **typed}))
    assert walk.post(walk.address("usager"), typed).status_code == 303
    assert notice in page_of(walk.get(walk.address("blocage")))


def test_a_recap_read_before_a_change_does_not_send(walk: Walk) -> None:
    walk.up_to_envoi()
    walk.get(walk.address("envoi"))
    stale = dict(walk.hidden)
    walk.step("blocage", blocage(description="Tout autre chose"))
    late = walk.client.post(walk.address("envoi"), {**stale, "attestation": "1"})
    assert late.status_code == 409
    assert "Tout autre chose" in page_of(late)
    assert Draft.objects.exists()


@pytest.mark.parametrize("version", ["", "x", "-1", "٣", "9" * 400])
def test_a_version_that_makes_no_sense_is_stale(walk: Walk, version: str) -> None:
    walk.begin()
    assert walk.step("usager", usager(version=version)).status_code == 409


def test_changing_territoire_keeps_everything_and_shows_its_groupes(walk: Walk) -> None:
    from aplus.accounts.models import Membership
    from aplus.annuaire.models import Groupe, Territoire
    from aplus.core import clock

    world = walk.world
    paris = Territoire.objects.create(code="75", name="Paris", timezone="Europe/Paris")
    caf75 = Groupe.objects.create(
        name="CAF de Paris", sort_key="caf de paris", organisme_id="caf", created_at=clock.now()
    )
    caf75.territoires.add(paris)
    now = clock.now()
    Membership.objects.create(
        user=world.agent_msa, groupe=caf75, is_instructeur=True, instructeur_since=now, created_at=now
    )
    walk.get(NEW)
    assert "CAF de Paris" not in page_of(walk.get(NEW))
    changed = walk.post(NEW, organismes(world, territoire="75", motif="Un déménagement", action="enregistrer"))
    assert changed.headers["Location"] == walk.address("organismes")
    page = page_of(walk.get(walk.address("organismes")))
    assert "CAF de Paris" in page
    assert "Un déménagement" in page
    # The groupes of the former territoire stay ticked, and say why they cannot be addressed from here.
    assert page.count("checked") == 2
    assert "CAF du Val-d&#x27;Oise n&#x27;intervient pas sur le territoire Paris" in page
    assert walk.post(walk.address("organismes"), organismes(world, territoire="75")).status_code == 422
    assert (
        walk.post(walk.address("organismes"), organismes(world, territoire="75", groupes=[str(caf75.id)])).status_code
        == 303
    )


def test_answers_to_an_organisme_that_is_unticked_come_back_with_it(walk: Walk) -> None:
    walk.begin()
    walk.step("blocage", blocage(question_caf_prestation="Le RSA"))
    walk.step("organismes", organismes(walk.world, groupes=[str(walk.world.cpam95.id)]))
    assert "Le RSA" not in page_of(walk.get(walk.address("blocage")))
    walk.step("blocage", blocage())
    walk.step("organismes", organismes(walk.world))
    assert "Le RSA" in page_of(walk.get(walk.address("blocage")))


def test_nothing_typed_is_in_clear_in_the_database(walk: Walk) -> None:
    walk.begin(motif="Motif-canari")
    walk.step("usager", usager(nom="Nom-canari", sujet="Sujet-canari"))
    walk.step("blocage", blocage(description="Texte-canari", fichiers=[text_file("canari.txt")]))
    with connection.cursor() as cursor:
        for table in ("draft", "attachment", "journal_line", "access_formkey", "accounts_session"):
            cursor.execute(f"SELECT count(*) FROM {table} AS t WHERE t::text ILIKE '%%canari%%'")  # names above
            assert cursor.fetchone() == (0,), table
        cursor.execute("SELECT count(*) FROM draft WHERE position('canari'::bytea IN sealed) > 0")
        assert cursor.fetchone() == (0,)


def test_discarding_erases_the_secret_the_files_and_the_row(walk: Walk) -> None:
    walk.begin()
    walk.step("blocage", blocage(fichiers=[text_file()]))
    asked = walk.get(walk.address("supprimer"))
    assert asked.status_code == 200
    assert Draft.objects.exists()
    answers: list[Any] = [walk.client.post(walk.address("supprimer"), walk.hidden) for _ in range(2)]
    assert [one.headers["Location"] for one in answers] == ["/demandes/?onglet=brouillons"] * 2
    assert not Draft.objects.exists()
    assert not Secret.objects.exists()
    assert not Attachment.objects.exists()
    assert walk.client.get(walk.address("usager")).status_code == 404


@pytest.mark.parametrize("step", ["organismes", "usager", "blocage", "envoi"])
def test_an_unreasonable_length_is_refused_with_the_text_kept(walk: Walk, step: str) -> None:
    walk.begin()
    name = {"organismes": "motif", "usager": "sujet", "blocage": "description", "envoi": "collegues"}[step]
    before = Draft.objects.get().version
    answer = walk.step(step, {**organismes(walk.world), name: "é" * 600_000, "action": "enregistrer"})
    # An id of that length is forged; any text is refused, and shown again.
    assert answer.status_code == (404 if step == "envoi" else 422)
    if step != "envoi":
        assert "é" * 600_000 in page_of(answer)
        assert "fr-alert--error" in page_of(answer)
    assert Draft.objects.get().version == before
