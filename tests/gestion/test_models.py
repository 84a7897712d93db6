"""Reply models: the texts a groupe keeps, who reads and changes them, and where the reply box leads to them."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aplus.annuaire.models import ReplyModel
from aplus.core import clock
from aplus.gestion.services import models as services
from aplus.journal.models import JournalLine
from tests.demandes import sent
from tests.demandes.one.browser import Browser
from tests.gestion.scenes import form, post, submit

TEXT = "Bonjour,\n\nVotre dossier est complet.\n"


def of(groupe, *rest):
    return "/".join(["", "groupes", str(groupe.id), "modeles", *(str(one) for one in rest), ""])


@pytest.fixture
def model(world):
    return ReplyModel.objects.create(
        groupe=world.caf95, title="Dossier complet", text=TEXT, updated_by=world.ines, updated_at=clock.now()
    )


def add(world, who="ines", **typed):
    page = of(world.caf95)
    return submit(world.user(who), page, page, **{"titre": "Pièce manquante", "texte": TEXT, **typed})


def test_who_may(world, model):
    """Its instructeurs and its responsables; 403 for who only sees the groupe, known model or not."""
    data = {"titre": "x", "texte": "y"}
    before = list(ReplyModel.objects.values())
    expected = {"ines": 200, "igor": 200, "remi": 200, "sophie": 403, "oscar": 403, "nora": 403}
    for who in ("alice", "paul", "rachel", "elise", *expected):
        browser, status = Browser(world.user(who)), expected.get(who, 404)
        for address in (of(world.caf95), of(world.caf95, model.id)):
            assert browser.send("GET", address).status_code == status, (who, address)
        if status == 200:
            continue
        for address in (
            of(world.caf95),
            of(world.caf95, model.id),
            of(world.caf95, model.id, "retrait"),
            of(world.caf95, uuid4()),
            of(world.caf95, uuid4(), "retrait"),
        ):
            for method in ("POST", "PUT", "DELETE"):
                assert browser.send(method, address, data).status_code == status, (who, address)
    assert list(ReplyModel.objects.values()) == before
    assert Browser(None).get(of(world.caf95)).location.startswith("/connexion/")


def test_of_another_groupe_it_does_not_exist(world, model):
    assert post(world.paul, of(world.cpam95, model.id), {"titre": "x", "texte": "y"}).status == 404
    assert post(world.paul, of(world.cpam95, model.id, "retrait"), {}).status == 404
    assert post(world.ines, of(world.caf95, uuid4()), {"titre": "x", "texte": "y"}).status == 404
    assert Browser(world.ines).send("PUT", of(world.caf95)).status_code == 405


def test_added_changed_and_removed(world):
    answer = add(world)
    assert (answer.status, answer.location) == (303, of(world.caf95))
    model = ReplyModel.objects.get()
    page = Browser(world.igor).get(of(world.caf95))
    shown = next(one for one in page.page.elements if "data-modele-texte" in one.attributes)
    assert shown.text == TEXT.strip()
    assert "Écrit par Inès Caron" in page.words
    one = of(world.caf95, model.id)
    assert submit(world.igor, one, one, texte="Autre texte.").status == 303
    model.refresh_from_db()
    assert (model.title, model.text, model.updated_by_id) == ("Pièce manquante", "Autre texte.", world.igor.id)
    assert submit(world.remi, of(world.caf95), of(world.caf95, model.id, "retrait")).status == 303
    assert not ReplyModel.objects.exists()
    acts = JournalLine.objects.filter(kind="groupe", thing_id=world.caf95.id).order_by("id").values_list("act", "codes")
    assert list(acts) == [("modele-ajoute", {}), ("modele-change", {}), ("modele-retire", {})]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"titre": ""}, "titre"),
        ({"texte": "  "}, "texte"),
        ({"titre": "x" * 101}, "titre"),
        ({"texte": "x" * 20_001}, "texte"),
        ({"texte": "Le NIR est 2 85 03 78 006 084 36."}, "texte"),
        ({"titre": "IBAN FR76 3000 6000 0112 3456 7890 189"}, "titre"),
        ({"titre": "dossier COMPLÉT"}, "titre"),
        ({"texte": "a\x00b"}, "texte"),
    ],
)
def test_refused_with_all_that_was_typed(world, model, typed, field):
    answer = add(world, **typed)
    assert answer.status == 422
    ((link, _),) = answer.summary()
    assert link == f"#modele_{field}"
    kept = answer.fields(of(world.caf95))
    assert [kept[name][0] for name in typed] == [value.replace("\x00", "") for value in typed.values()]
    assert ReplyModel.objects.count() == 1


def test_the_phone_of_an_office_is_no_secret(world):
    assert add(world, texte="Appelez le 01 23 45 67 89 ou caf95@demo.example.").status == 303


def test_twenty_thousand_signs_count_a_line_break_once(world):
    assert add(world, texte="\r\n".join(["x" * 99] * 200)).status == 303


def test_at_most_a_hundred(world, monkeypatch):
    monkeypatch.setattr(services, "MOST", 1)
    assert add(world).status == 303
    assert add(world, titre="Un autre").status == 422


def test_two_colleagues_at_once(world, model):
    one = of(world.caf95, model.id)
    slow = form(world.igor, one, one, texte="Le mien.")
    model.text, model.updated_at = "Le sien.", clock.now()
    model.save()
    answer = post(world.igor, one, slow)
    assert answer.status == 409
    assert "Inès Caron" in answer.summary()[0][1]
    kept = answer.fields(one)
    assert kept["texte"] == ["Le mien."]
    assert post(world.igor, one, kept).status == 303
    typed = form(world.igor, one, one)
    removal = form(world.ines, of(world.caf95), of(world.caf95, model.id, "retrait"))
    assert post(world.ines, of(world.caf95, model.id, "retrait"), removal).status == 303
    assert post(world.igor, one, typed).status == 404


def test_a_title_taken_at_the_same_moment(world, model):
    other = ReplyModel.objects.create(groupe=world.caf95, title="Autre", text="x", updated_at=clock.now())
    one = of(world.caf95, other.id)
    answer = submit(world.ines, one, one, titre="Dossier complet")
    assert answer.status == 422
    other.refresh_from_db()
    assert other.title == "Autre"


def test_once(world):
    typed = form(world.ines, of(world.caf95), of(world.caf95), titre="Un", texte="x")
    assert [post(world.ines, of(world.caf95), typed).status for _ in range(2)] == [303, 303]
    assert ReplyModel.objects.count() == 1


def test_the_reply_box_leads_to_the_models_of_one_s_groupes(world, model):
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95, world.cpam95])
    for who, groupes in (("ines", [world.caf95]), ("paul", [world.cpam95]), ("alice", [])):
        page = Browser(world.user(who)).read(demande).page
        places = [one["data-modeles-de"] for one in page.elements if "data-modeles-de" in one.attributes]
        assert places == [of(groupe) for groupe in groupes], who
        assert [one["href"] for one in page.all("a") if one.get("href") in places] == places


def test_the_page_costs_the_same_with_many(world):
    costs = []
    for number in (2, 60):
        ReplyModel.objects.bulk_create(
            ReplyModel(
                groupe=world.caf95,
                title=f"{number} {rank}",
                sort_key=f"{number} {rank}",
                text="x",
                updated_by=who,
                updated_at=clock.now(),
            )
            for rank in range(number)
            for who in [world.ines]
        )
        browser = Browser(world.ines)
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(of(world.caf95)).status == 200
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 10


def test_the_groupe_s_page_leads_to_them(world):
    for who, is_there in (("ines", True), ("remi", True), ("sophie", False), ("oscar", False)):
        answer = Browser(world.user(who)).get(f"/groupes/{world.caf95.id}/")
        assert (f'href="{of(world.caf95)}"' in answer.text) is is_there


def test_a_removal_is_taken_back(world, model):
    """Offered once to who removed it: the same title, the same text, whole."""
    browser = Browser(world.remi)
    page = browser.get(of(world.caf95))
    removal = page.fields(of(world.caf95, model.id, "retrait"))
    assert browser.client.post(of(world.caf95, model.id, "retrait"), removal).status_code == 303
    page = browser.get(of(world.caf95))
    assert "Annuler le retrait" in page.words
    undo = page.fields(of(world.caf95), titre="Dossier complet")
    assert "Annuler le retrait" not in browser.get(of(world.caf95)).words
    assert browser.client.post(of(world.caf95), undo).status_code == 303
    assert [(one.title, one.text.strip()) for one in ReplyModel.objects.all()] == [("Dossier complet", TEXT.strip())]
    assert Browser(world.ines).get(of(world.cpam95)).status in {403, 404}
