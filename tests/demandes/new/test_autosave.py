"""What a page saves by itself while somebody types: kept as it is, never over what another tab wrote, never an act."""

import re
from typing import Any
from uuid import uuid4

import pytest

from aplus.access.models import FormKey
from aplus.demandes.models import Demande, Draft
from aplus.journal.models import JournalLine
from tests import personas
from tests.demandes.new.helpers import NEW, Walk, blocage, organismes, page_of, text_file, usager

SCRIPT = {"HTTP_ACCEPT": "application/json"}


def autosave(
    walk: Walk, step: str, data: dict[str, Any], *, hidden: dict[str, str] | None = None, rank: int = 1
) -> Any:
    """What the script of a page sends."""
    fields = {**(hidden or walk.hidden), **data, "action": "enregistrer", "rang": rank}
    return walk.client.post(walk.address(step), fields, **SCRIPT)


def description(walk: Walk) -> str:
    """What the step shows when it is opened again."""
    found = re.search(
        r"<textarea name=\"description\"[^>]*>\s*(.*?)</textarea>", page_of(walk.get(walk.address("blocage"))), re.S
    )
    assert found
    return found[1]


def tab(walk: Walk) -> dict[str, str]:
    """The hidden fields of one more tab on step 3."""
    walk.get(walk.address("blocage"))
    return dict(walk.hidden)


def test_what_is_typed_is_there_when_the_step_is_opened_again(walk: Walk) -> None:
    walk.begin()
    walk.get(walk.address("usager"))
    answer = autosave(walk, "usager", usager(nir="12", date_naissance="demain", nom=""))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert set(answer.json()) == {"enregistre"}
    page = page_of(walk.get(walk.address("usager")))
    for text in ('value="12"', 'value="demain"', 'value="Fatou"'):
        assert text in page
    # Nothing was checked, nothing went on.
    assert 'class="fr-message fr-message--error"' not in page
    assert not Demande.objects.exists()


def test_it_is_no_act(walk: Walk) -> None:
    walk.begin()
    hidden = tab(walk)
    keys, lines = FormKey.objects.count(), JournalLine.objects.count()
    for rank in range(1, 4):
        assert autosave(walk, "blocage", blocage(description=f"Mot {rank}"), rank=rank).status_code == 200
    assert (FormKey.objects.count(), JournalLine.objects.count()) == (keys, lines)
    # The form of the same page leaves as if nothing had been saved meanwhile.
    sent = walk.client.post(walk.address("blocage"), {**hidden, **blocage(description="Fini")})
    assert (sent.status_code, sent.headers["Location"]) == (303, walk.address("envoi"))
    assert description(walk) == "Fini"


def test_a_save_that_comes_after_its_form_or_after_a_later_save_changes_nothing(walk: Walk) -> None:
    walk.begin()
    hidden = tab(walk)
    assert autosave(walk, "blocage", blocage(description="Deux"), rank=2).status_code == 200
    assert autosave(walk, "blocage", blocage(description="Un"), rank=1).status_code == 200
    assert description(walk) == "Deux"
    walk.client.post(walk.address("blocage"), {**hidden, **blocage(description="Fini")})
    assert autosave(walk, "blocage", blocage(description="Trois"), hidden=hidden, rank=3).status_code == 200
    assert description(walk) == "Fini"
    assert "Deux versions" not in page_of(walk.get(walk.address("blocage")))


def test_a_save_crossing_a_refused_form_does_not_undo_it(walk: Walk) -> None:
    walk.begin()
    walk.get(walk.address("usager"))
    hidden = dict(walk.hidden)
    assert walk.client.post(walk.address("usager"), {**hidden, **usager(nom="", prenom="Aminata")}).status_code == 422
    autosave(walk, "usager", usager(prenom="Fat"), hidden=hidden, rank=5)
    assert 'value="Aminata"' in page_of(walk.get(walk.address("usager")))


def test_files_are_untouched(walk: Walk) -> None:
    walk.begin()
    walk.step("blocage", blocage(fichiers=[text_file()]))
    assert autosave(walk, "blocage", blocage(description="Suite"), hidden=tab(walk)).status_code == 200
    assert "courrier.txt" in page_of(walk.get(walk.address("blocage")))


class TestTwoTabs:
    """The second is told; what it typed is kept beside, shown, and its author chooses."""

    @pytest.fixture
    def tabs(self, walk: Walk) -> tuple[dict[str, str], dict[str, str]]:
        """Two tabs on step 3; the first one has saved."""
        walk.begin()
        first, second = tab(walk), tab(walk)
        assert autosave(walk, "blocage", blocage(description="Du premier"), hidden=first).status_code == 200
        late = autosave(walk, "blocage", blocage(description="Du second"), hidden=second)
        assert late.status_code == 409
        assert "dans un autre onglet" in late.json()["erreurs"][0]
        return first, second

    def test_nothing_is_written_over(self, walk: Walk, tabs: Any) -> None:
        first, _ = tabs
        assert description(walk) == "Du premier"
        page = page_of(walk.get(walk.address("blocage")))
        assert "Deux versions de cette étape" in page
        assert "Du second" in page
        # The first tab goes on as before.
        assert autosave(walk, "blocage", blocage(description="Du premier."), hidden=first, rank=2).status_code == 200
        assert description(walk) == "Du premier."

    def test_what_the_second_goes_on_typing_is_kept_too_once(self, walk: Walk, tabs: Any) -> None:
        _, second = tabs
        for rank in (2, 3):
            late = autosave(walk, "blocage", blocage(description=f"Du second, {rank}"), hidden=second, rank=rank)
            assert late.status_code == 409
        page = page_of(walk.get(walk.address("blocage")))
        assert "Du second, 3" in page
        assert "Du second, 2" not in page

    def choose(self, walk: Walk, wanted: str) -> Any:
        """Press one of the buttons of the page."""
        page = page_of(walk.get(walk.address("blocage")))
        form = next(one for one in page.split("<form ")[1:] if f">{wanted}</button>" in one)
        fields = dict(re.findall(r'name="(cle|version|page|choix)" value="([^"]*)"', form))
        return walk.client.post(f"{walk.address('blocage')}version/", fields), fields

    def test_taking_the_other_one(self, walk: Walk, tabs: Any) -> None:
        answer, fields = self.choose(walk, "Reprendre cette saisie")
        assert (answer.status_code, answer.headers["Location"]) == (303, walk.address("blocage"))
        assert description(walk) == "Du second"
        assert "Deux versions" not in page_of(walk.get(walk.address("blocage")))
        again = walk.client.post(f"{walk.address('blocage')}version/", fields)
        assert (again.status_code, again.headers["Location"]) == (303, walk.address("blocage"))

    def test_keeping_the_saved_one(self, walk: Walk, tabs: Any) -> None:
        assert self.choose(walk, "Garder la version du formulaire")[0].status_code == 303
        assert description(walk) == "Du premier"
        assert "Deux versions" not in page_of(walk.get(walk.address("blocage")))

    def test_a_choice_made_after_the_other_tab_went_on_is_overtaken(self, walk: Walk, tabs: Any) -> None:
        first, _ = tabs
        page = page_of(walk.get(walk.address("blocage")))
        form = next(one for one in page.split("<form ")[1:] if ">Reprendre cette saisie</button>" in one)
        fields = dict(re.findall(r'name="(cle|version|page|choix)" value="([^"]*)"', form))
        autosave(walk, "blocage", blocage(description="Du premier, encore"), hidden=first, rank=9)
        assert walk.client.post(f"{walk.address('blocage')}version/", fields).status_code == 409
        assert description(walk) == "Du premier, encore"
        assert "Du second" in page_of(walk.get(walk.address("blocage")))

    def test_saving_the_page_that_showed_both_is_the_choice(self, walk: Walk, tabs: Any) -> None:
        walk.get(walk.address("blocage"))
        assert walk.post(walk.address("blocage"), blocage(description="Des deux")).status_code == 303
        assert description(walk) == "Des deux"
        assert "Deux versions" not in page_of(walk.get(walk.address("blocage")))

    def test_saving_the_tab_that_did_not_show_it_keeps_it(self, walk: Walk, tabs: Any) -> None:
        first, _ = tabs
        sent = walk.client.post(walk.address("blocage"), {**first, **blocage(description="Fini")})
        assert sent.status_code == 303
        assert "Du second" in page_of(walk.get(walk.address("blocage")))

    def test_the_recap_says_what_it_leaves_out(self, walk: Walk, tabs: Any) -> None:
        page = page_of(walk.get(walk.address("envoi")))
        assert "Une autre saisie attend votre choix" in page
        assert f'href="{walk.address("blocage")}">Voir les deux versions' in page
        self.choose(walk, "Garder la version du formulaire")
        assert "attend votre choix" not in page_of(walk.get(walk.address("envoi")))

    def test_a_forged_choice(self, walk: Walk, tabs: Any) -> None:
        address = f"{walk.address('blocage')}version/"
        fields = {"version": str(Draft.objects.get().version), "choix": "autre"}
        for page in ("", "x", str(uuid4()), "\x00"):
            assert walk.client.post(address, {**fields, "cle": str(uuid4()), "page": page}).status_code == 404
        assert walk.client.post(f"{walk.address('nulle-part')}version/", fields).status_code == 404
        for version in ("", "x", "-1", "9" * 400):
            answer = walk.client.post(address, {"version": version, "choix": "enregistree", "cle": str(uuid4())})
            assert answer.status_code == 409
        assert "Du second" in page_of(walk.get(walk.address("blocage")))
        assert walk.client.get(address).headers["Location"] == walk.address("blocage")
        assert walk.client.put(address).status_code == 405


def test_two_tabs_on_two_steps_do_not_meet(walk: Walk) -> None:
    walk.begin()
    third = tab(walk)
    walk.get(walk.address("usager"))
    second = dict(walk.hidden)
    for rank in (1, 2):
        assert autosave(walk, "blocage", blocage(description="Bloqué"), hidden=third, rank=rank).status_code == 200
        assert autosave(walk, "usager", usager(), hidden=second, rank=rank).status_code == 200


def test_what_the_recap_page_saves_by_itself_does_not_make_it_late(walk: Walk) -> None:
    walk.up_to_envoi()
    walk.get(walk.address("envoi"))
    hidden = dict(walk.hidden)
    colleague = str(walk.world.amir.id)
    assert autosave(walk, "envoi", {"collegues": [colleague]}, hidden=hidden).status_code == 200
    box = next(one for one in page_of(walk.get(walk.address("envoi"))).split("<input ") if colleague in one)
    assert " checked" in box.partition(">")[0]
    sent = walk.client.post(walk.address("envoi"), {**hidden, "attestation": "1", "collegues": [colleague]})
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/demandes/{walk.draft_id}/")


def test_odd_and_forged_input(walk: Walk) -> None:
    walk.begin()
    before = Draft.objects.get().version
    assert (
        autosave(walk, "organismes", organismes(walk.world, groupes=[str(uuid4())]), hidden=tab(walk)).status_code
        == 404
    )
    assert autosave(walk, "envoi", {"collegues": [str(uuid4())]}).status_code == 404
    too_long = autosave(walk, "blocage", blocage(description="é" * 600_000))
    assert too_long.status_code == 422
    assert "600000 signes" in too_long.json()["erreurs"][0]
    assert Draft.objects.get().version == before
    for rank in ("", "x", "-4", "9" * 400, "\x00"):
        fields = {**tab(walk), "description": "Bloqué\x00 !", "rang": rank}
        assert walk.client.post(walk.address("blocage"), fields, **SCRIPT).status_code == 200


def test_nobody_else_s_draft(walk: Walk) -> None:
    walk.begin()
    hidden = tab(walk)
    personas.sign_in(walk.client, walk.world.amir)
    assert autosave(walk, "blocage", blocage(), hidden=hidden).status_code == 404
    assert walk.client.get(walk.address("blocage"), **SCRIPT).status_code == 404
    walk.client.logout()
    answer = autosave(walk, "blocage", blocage(), hidden=hidden)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/connexion/?suite=")


def test_a_fresh_token_for_whoever_signed_in_again(walk: Walk) -> None:
    walk.begin()
    answer = walk.client.get(walk.address("blocage"), **SCRIPT)
    assert set(answer.json()) == {"jeton"}
    assert answer.headers["Cache-Control"] == "no-store"


def test_nothing_is_made_before_the_first_post(walk: Walk) -> None:
    page = page_of(walk.get(NEW))
    assert 'data-saisie=""' in page
    assert not Draft.objects.exists()
