"""The search in the help: by words, accents and plurals aside, calm whatever is typed."""

import pytest
from structlog.testing import capture_logs

from aplus.help.presenters import texts
from aplus.help.rules.contents import TOPICS
from aplus.help.rules.search import entry, find
from tests.ui.markup import assert_sound, page_of


def slugs(typed):
    return [topic.slug for topic in texts.find(typed)]


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("mandat", "mandat-obligatoire"),
        ("mot de passe oublié", "je-n-arrive-pas-a-me-connecter"),
        ("mot de passe oublie", "je-n-arrive-pas-a-me-connecter"),
        ("MANDATS obligatoires", "mandat-obligatoire"),
        ("congés", "absence"),
        ("conges", "absence"),
        ("csv", "exporter-les-demandes"),
        ("excel", "exporter-les-demandes"),
        ("déménagement", "demande-dans-un-autre-departement"),
        ("inviter un collègue", "ajouter-un-collegue"),
        ("étapes brouillon", "creer-une-demande"),
        ("promettre une date", "repondre-a-une-demande"),
        ("faire une demande", "creer-une-demande"),
        ("déposer un dossier", "creer-une-demande"),
        ("demande urgente", "creer-une-demande"),
        ("clore une demande", "comprendre-les-etats"),
        ("annuler l’archivage", "comprendre-les-etats"),
        ("ouvrir un compte", "creer-un-compte"),
        ("supprimer un utilisateur", "voir-les-utilisateurs"),
        ("changer de téléphone", "modifier-vos-informations"),
        ("connex", "je-n-arrive-pas-a-me-connecter"),
        ("que veut dire « en souffrance » ?", "comprendre-les-etats"),
    ],
)
def test_people_find_what_they_look_for_in_the_first_three(typed, slug):
    assert slug in slugs(typed)[:3]


@pytest.mark.parametrize("topic", TOPICS, ids=lambda one: one.slug)
def test_each_page_is_found_by_its_own_title(topic):
    assert slugs(topic.title)[0] == topic.slug


@pytest.mark.parametrize(
    "typed", ["", "   ", "?", "de la", "xyzzyq", "\0", "🙂", "%00", "' OR 1=1 --" * 3, "a" * 100_000]
)
def test_odd_words_find_little_and_break_nothing(visit, typed):
    response = visit().get("/aide/", {"recherche": typed})
    assert response.status_code == 200
    page = page_of(response)
    assert_sound(page)
    assert len(page.by_id("recherche-aide")["value"]) <= 200


def test_nothing_found_leads_on(visit):
    page = page_of(visit().get("/aide/", {"recherche": "<b>xyzzyq</b>"}))
    assert_sound(page)
    text = page.one("main").text
    assert "Rien pour" in text
    assert "<b>xyzzyq</b>" in text
    links = {one.get("href") for one in page.all("a")}
    assert {"/contact/", "/aide/creer-une-demande/"} <= links


def test_what_is_found_is_counted_and_led_to(visit):
    page = page_of(visit().get("/aide/", {"recherche": "mandat"}))
    assert_sound(page)
    assert page.by_id("recherche-aide")["value"] == "mandat"
    heading = next(one.text for one in page.all("h2") if "pour" in one.text)
    found = [one for one in page.all("h3") if page.one("main") in one.parents]
    assert heading.startswith(f"{len(found)} page")


def test_what_is_typed_is_in_no_log(visit):
    with capture_logs() as lines:
        visit().get("/aide/", {"recherche": "canari"})
    assert "canari" not in str(lines)


def test_pages_with_every_word_come_alone_else_those_with_most():
    entries = [
        entry("both", "Chats", "", "", "des chiens aussi"),
        entry("one", "Chiens", "", "", ""),
        entry("none", "Poissons", "", "", ""),
    ]
    assert find(entries, "chien chat") == ["both"]
    assert find(entries, "chien zèbre") == ["one", "both"]
    assert find(entries, "zèbre") == []
