"""Step 1: the usager's commune or postcode proposes the territoire; nothing typed is lost, nothing of it is kept."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aplus.accounts.models import Membership
from aplus.annuaire.models import Commune, Groupe, Territoire
from aplus.annuaire.rules import place_key
from aplus.core import clock
from aplus.demandes.models import Draft
from aplus.demandes.queries.communes import proposal
from tests.demandes.new.helpers import NEW, Walk, blocage, organismes, page_of, usager
from tests.demandes.one.browser import Answer

ADDRESS = "/demandes/nouvelle/communes/"
PLACES = {
    "01": "Ain",
    "2A": "Corse-du-Sud",
    "2B": "Haute-Corse",
    "30": "Gard",
    "39": "Jura",
    "93": "Seine-Saint-Denis",
    "974": "La Réunion",
    "977": "Saint-Barthélemy",
}
COMMUNES = (
    ("95018", "Argenteuil", ["95100"], "95"),
    ("93066", "Saint-Denis", ["93200", "93210"], "93"),
    ("97411", "Saint-Denis", ["97400", "97417", "97490", "97488"], "974"),
    ("30247", "Saint-Denis", ["30500"], "30"),
    ("93067", "Saint-Denis-sur-Test", ["93299"], "93"),
    ("97701", "Saint-Barthélemy", ["97133"], "977"),
    ("2A004", "Ajaccio", ["20000", "20090", "20167"], "2A"),
    ("2B033", "Bastia", ["20200", "20600"], "2B"),
    ("01209", "Lélex", ["01410"], "01"),
    ("39274", "Lajoux", ["01410"], "39"),
)


@pytest.fixture(autouse=True)
def france(walk: Walk) -> None:
    """A few communes of the world of the tests."""
    Territoire.objects.bulk_create(
        Territoire(code=code, name=name, timezone="Europe/Paris") for code, name in PLACES.items()
    )
    Commune.objects.bulk_create(
        Commune(code=code, name=name, sort_key=place_key(name), postcodes=postcodes, territoire_id=territoire)
        for code, name, postcodes, territoire in COMMUNES
    )


def groupe_of_93(walk: Walk) -> Groupe:
    """A CAF elsewhere, with somebody in it."""
    groupe = Groupe.objects.create(name="CAF de Seine-Saint-Denis", organisme_id="caf", created_at=clock.now())
    groupe.territoires.set(["93"])
    now = clock.now()
    Membership.objects.create(
        user=walk.world.paul, groupe=groupe, is_instructeur=True, instructeur_since=now, created_at=now
    )
    return groupe


def propose(walk: Walk, commune: str, **changed: Any) -> Answer:
    """Type a commune, press the button without scripts, and read the page one is led to."""
    walk.get(walk.address("organismes") if walk.draft_id else NEW)
    address = walk.address("organismes") if walk.draft_id else NEW
    posted = walk.post(address, organismes(walk.world, commune=commune, action="proposer", **changed))
    assert posted.status_code == 303
    assert posted.headers["Location"] == f"{walk.address('organismes')}#commune"
    return Answer(walk.get(walk.address("organismes")))


def chosen(answer: Answer) -> str:
    """The territoire that the list shows."""
    [option] = [one for one in answer.page.all("option") if "selected" in one.attributes and len(one["value"]) <= 3]
    return option["value"]


def offered(answer: Answer) -> list[str]:
    """The territoires there is a button for."""
    return [one["value"] for one in answer.page.all("button") if one.get("name") == "territoire_propose"]


@pytest.mark.parametrize(
    ("typed", "territoire"),
    [
        ("Argenteuil", "95"),
        ("93200", "93"),
        ("saint denis 97400", "974"),
        ("97133", "977"),
        ("ajaccio", "2A"),
        ("20200", "2B"),
        ("202", "2B"),
        ("Lajoux", "39"),
        ("Saint-Denis (93200, 93210)", "93"),
    ],
)
def test_one_territoire_is_chosen_and_said(walk: Walk, typed: str, territoire: str) -> None:
    answer = propose(walk, typed)
    assert chosen(answer) == territoire
    assert f"({territoire}), le territoire choisi ci-dessous." in answer.words
    assert offered(answer) == []


@pytest.mark.parametrize(
    ("typed", "territoires"),
    [("Saint-Denis", ["30", "93", "974"]), ("01410", ["39", "01"]), ("saint-d", ["30", "93", "974"])],
)
def test_several_territoires_are_offered_and_none_is_chosen(walk: Walk, typed: str, territoires: list[str]) -> None:
    answer = propose(walk, typed)
    assert chosen(answer) == "95"
    assert offered(answer) == territoires
    assert "Où habite la personne" in answer.words
    walk.post(walk.address("organismes"), organismes(walk.world, commune=typed, territoire_propose=territoires[-1]))
    answer = Answer(walk.get(walk.address("organismes")))
    assert chosen(answer) == territoires[-1]
    assert f'value="{typed}"' in answer.text


def test_another_territoire_chosen_by_hand_stays_chosen(walk: Walk) -> None:
    propose(walk, "93200")
    walk.post(walk.address("organismes"), organismes(walk.world, commune="93200", action="enregistrer"))
    answer = Answer(walk.get(walk.address("organismes")))
    assert chosen(answer) == "95"
    assert offered(answer) == ["93"]


def test_everything_typed_stays_and_ticked_groupes_of_elsewhere_too(walk: Walk) -> None:
    elsewhere = groupe_of_93(walk)
    before = organismes(walk.world)
    answer = propose(walk, "93200", motif="Trois caisses")
    boxes = {
        one["value"]: "checked" in one.attributes for one in answer.page.all("input") if one.get("name") == "groupes"
    }
    assert {value for value, is_ticked in boxes.items() if is_ticked} == set(before["groupes"])
    assert boxes[str(elsewhere.id)] is False
    assert "n'intervient pas sur le territoire Seine-Saint-Denis" in answer.words
    assert "Trois caisses" in answer.text
    assert 'value="famille-aides" selected' in answer.text
    # Back home: nothing was lost on the way.
    walk.post(walk.address("organismes"), organismes(walk.world, commune="95100", action="proposer"))
    assert walk.step("organismes", organismes(walk.world, commune="95100")).headers["Location"].endswith("/usager/")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Ys", "Aucune commune ne correspond à « Ys »"),
        ("<b>x</b>", "Aucune commune ne correspond à « <b>x</b> »"),
        ("99999", "Aucune commune"),
        ("💥 \x00%_'", "Aucune commune"),
        ("a" * 5000, "Aucune commune"),
    ],
)
def test_what_leads_nowhere_is_said_and_changes_nothing(walk: Walk, typed: str, said: str) -> None:
    answer = propose(walk, typed)
    assert said in answer.words.replace("\u00a0", " ")
    assert chosen(answer) == "95"
    assert offered(answer) == []


def test_a_name_too_common_asks_for_more(walk: Walk) -> None:
    Commune.objects.bulk_create(
        Commune(code=f"X{rank}", name=f"Saint-Test {rank}", sort_key=f"saint test {rank}", territoire_id="95")
        for rank in range(60)
    )
    answer = propose(walk, "saint")
    assert "Trop de communes correspondent" in answer.words
    assert offered(answer) == []


@pytest.mark.parametrize("forged", ["\x00", "999", "x" * 1000, "'--"])
def test_a_forged_territoire_is_no_territoire(walk: Walk, forged: str) -> None:
    walk.begin(action="enregistrer")
    posted = walk.post(walk.address("organismes"), organismes(walk.world, territoire_propose=forged))
    assert posted.status_code == 303
    assert walk.get(walk.address("organismes")).status_code == 200
    assert walk.step("organismes", organismes(walk.world, territoire=forged)).status_code == 422


def test_nothing_of_the_commune_is_kept_in_clear_nor_once_sent(walk: Walk) -> None:
    propose(walk, "Argenteuil")
    assert b"Argenteuil" not in bytes(Draft.objects.get().sealed)
    walk.step("organismes", organismes(walk.world, commune="Argenteuil"))
    walk.step("usager", usager())
    walk.step("blocage", blocage())
    recap = page_of(walk.get(walk.address("envoi")))
    assert "Commune" not in recap
    assert walk.step("envoi", {"attestation": "1"}).status_code == 303
    page = page_of(walk.client.get(f"/demandes/{walk.draft_id}/"))
    assert "Commune" not in page


class TestWhileTyping:
    """The address that the browser asks."""

    def ask(self, walk: Walk, typed: str) -> list[dict[str, str]]:
        response = walk.client.post(ADDRESS, {"commune": typed})
        assert response.status_code == 200
        found: list[dict[str, str]] = response.json()["communes"]
        return found

    def test_communes_come_with_their_territoire(self, walk: Walk) -> None:
        assert self.ask(walk, "saint-de") == [
            {"commune": "Saint-Denis (30500)", "code": "30", "territoire": "Gard (30)"},
            {"commune": "Saint-Denis (93200, 93210)", "code": "93", "territoire": "Seine-Saint-Denis (93)"},
            {"commune": "Saint-Denis (97400, 97417, 97490…)", "code": "974", "territoire": "La Réunion (974)"},
            {"commune": "Saint-Denis-sur-Test (93299)", "code": "93", "territoire": "Seine-Saint-Denis (93)"},
        ]

    @pytest.mark.parametrize("typed", ["", "a", "\x00", "%", "a" * 100_000, "9" * 100])
    def test_odd_input_finds_nothing(self, walk: Walk, typed: str) -> None:
        assert self.ask(walk, typed) == []

    def test_it_is_posted_with_its_token(self, walk: Walk) -> None:
        assert walk.client.get(ADDRESS, {"commune": "Argenteuil"}).status_code == 405
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = walk.client.cookies
        assert strict.post(ADDRESS, {"commune": "Argenteuil"}).status_code == 403

    def test_what_it_offers_leads_to_its_territoire(self, walk: Walk) -> None:
        for one in self.ask(walk, "saint"):
            found = proposal(one["commune"])
            assert found is not None
            assert found.only is not None
            assert found.only.code == one["code"]

    def test_it_is_short_and_costs_the_same_with_two_and_two_hundred(self, walk: Walk) -> None:
        def cost() -> tuple[int, int]:
            with CaptureQueriesContext(connection) as captured:
                number = len(self.ask(walk, "saint-d"))
            return len(captured), number

        few, _ = cost()
        Commune.objects.bulk_create(
            Commune(code=f"Y{rank}", name=f"Saint-Dé {rank}", sort_key=f"saint de {rank}", territoire_id="95")
            for rank in range(200)
        )
        assert cost() == (few, 10)


def test_the_page_costs_one_query_more_with_a_commune(walk: Walk) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert walk.client.get(walk.address("organismes")).status_code == 200
        return len(captured)

    propose(walk, "")
    without = cost()
    propose(walk, "saint-d")
    few = cost()
    Commune.objects.bulk_create(
        Commune(code=f"Z{rank}", name=f"Saint-Dé {rank}", sort_key=f"saint de {rank}", territoire_id="95")
        for rank in range(200)
    )
    assert cost() == few == without + 1 <= 10
