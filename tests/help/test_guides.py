"""The help: its contents, one page per guide and per question, for everyone."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import resolve

from aplus.help.rules.contents import BY_SLUG, GUIDES, SECTIONS, TOPICS, beside
from tests import personas
from tests.ui import visitors
from tests.ui.markup import assert_sound, page_of

# The table of contents that was handed over (third seed), word for word.
HANDED_OVER = """
Vous êtes aidant
Aidant : créer une demande
Aidant : comprendre les états d'une demande
Vous êtes instructeur
Instructeur : répondre à une demande
Vous êtes responsable de groupe
Responsable : voir les utilisateurs d'un groupe
Responsable : voir la liste des demandes du groupe
Responsable : ajouter et/ou créer un compte utilisateur
Responsable : exporter la liste des demandes du groupe au format CSV
Guides pour tous les profils
Tous profils : modifier vos informations
Tous profils : gérer votre groupe
Questions fréquentes pour tous les profils
Je n'arrive pas à me connecter, pouvez-vous m'aider ?
Mon adresse e-mail n'est pas reconnue, que faire ?
Comment modifier les informations, rôle et adresse e-mail d'un utilisateur ?
Comment ajouter le compte d'un collègue à mon groupe A+ ?
Comment créer un compte sur A+ ?
Peut-on partager un compte sur Administration+ ?
Que dois-je faire/que se passe-t-il si je m'absente ?
Puis-je être instructeur dans plusieurs départements, ou aidant dans plusieurs structures ?
Est-ce que je peux déposer une demande dans un autre département ?
Le mandat est-il obligatoire ?
Pourquoi ne plus utiliser le navigateur Internet Explorer de Microsoft ?
Je ne comprends pas ce qu'est beta.gouv.fr/une Startup d'État ?
"""
READERS = {
    "nobody": visitors.NOBODY,
    "aidante": visitors.AIDANTE,
    "instructrice": visitors.INSTRUCTRICE,
    "observateur": visitors.OBSERVATEUR,
}


class Links(HTMLParser):
    """The addresses that a text leads to."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.found.append(dict(attrs)["href"])


def typed(title):
    return title.replace("\u00a0", " ").replace("’", "'")


def test_the_contents_are_those_handed_over():
    lines = [line for section in SECTIONS for line in (section.title, *(one.title for one in section.topics))]
    assert [typed(line) for line in lines] == HANDED_OVER.strip().splitlines()
    assert len(BY_SLUG) == len(TOPICS)


def test_the_first_page_shows_all_of_them_in_order(visit):
    page = page_of(visit().get("/aide/"))
    links = [one for one in page.all("a") if one.get("href").startswith("/aide/") and page.one("main") in one.parents]
    assert [one["href"] for one in links] == [f"/aide/{topic.slug}/" for topic in TOPICS]
    titles = [one.text for one in page.all("h2") if page.one("main") in one.parents]
    assert titles == ["Guides et tutoriels", "FAQ", "Contacter l’équipe"]


@pytest.mark.parametrize("who", READERS)
def test_each_page_is_for_everyone_and_sound(visit, who):
    client = visit(READERS[who])
    for topic in TOPICS:
        response = client.get(f"/aide/{topic.slug}/")
        assert response.status_code == 200, topic.slug
        page = page_of(response)
        assert_sound(page)
        assert page.one("h1").text == topic.title
        current = [one for one in page.all("a", "fr-sidemenu__link") if one.get("aria-current") == "page"]
        assert [one.text for one in current] == [topic.title]


def test_a_newcomer_reads_it_before_accepting_the_terms(world):
    client = Client()
    personas.sign_in(client, world.nadia)
    assert client.get("/demandes/").status_code == 303
    assert client.get("/aide/").status_code == 200
    assert client.get("/aide/creer-un-compte/").status_code == 200


@pytest.mark.parametrize("topic", TOPICS, ids=lambda one: one.slug)
def test_each_link_leads_somewhere(topic):
    reader = Links()
    reader.feed(render_to_string(topic.template))
    assert reader.found, "a page of the help leads to the screens it is about"
    for address in reader.found:
        parts = urlsplit(address)
        if parts.scheme:
            assert parts.hostname in {"beta.gouv.fr"}
            continue
        match = resolve(parts.path)
        if match.view_name == "help:topic":
            assert match.kwargs["topic"] in BY_SLUG


@pytest.mark.parametrize("topic", TOPICS, ids=lambda one: one.slug)
def test_texts_are_typed_as_french_is(topic):
    html = render_to_string(topic.template)
    text = re.sub(r"<[^>]+>", "", html)
    assert "'" not in text
    assert not re.search(r"\S [:;?!»]", text)
    assert "« " not in text


def test_the_reader_s_own_profile_comes_first(visit):
    def order(actor):
        return [one["id"] for one in page_of(visit(actor).get("/aide/")).all("h3") if one.get("id")]

    codes = [section.code for section in GUIDES]
    assert order(visitors.NOBODY) == [*codes, "faq"]
    assert order(visitors.INSTRUCTRICE) == ["instructeur", "aidant", "responsable", "tous", "faq"]
    html = visit(visitors.INSTRUCTRICE).get("/aide/").content.decode()
    assert html.count("Votre profil") == 1


def test_long_guides_have_a_summary_whose_lines_lead_to_their_parts(visit):
    page = page_of(visit().get("/aide/creer-une-demande/"))
    links = page.all("a", "fr-summary__link")
    assert len(links) >= 5
    titles = {one["id"]: one.text for one in page.all("h2") if one.get("id")}
    assert [titles[one["href"][1:]] for one in links] == [one.text for one in links]
    short = page_of(visit().get("/aide/beta-gouv/"))
    assert short.all("a", "fr-summary__link") == []


def test_pages_follow_one_another(visit):
    first, second, last = TOPICS[0], TOPICS[1], TOPICS[-1]
    assert (beside(first)[0], beside(last)[1]) == (None, None)
    links = {
        one["rel"]: one["href"] for one in page_of(visit().get(f"/aide/{second.slug}/")).all("a") if one.get("rel")
    }
    assert links["prev"] == f"/aide/{first.slug}/"
    assert links["next"] == f"/aide/{TOPICS[2].slug}/"


def test_what_is_not_read_on_paper_is_marked(visit):
    page = page_of(visit().get("/aide/creer-une-demande/"))
    for part in (page.one("nav", "fr-sidemenu"), page.one("nav", "fr-summary"), page.by_id("recherche-aide")):
        assert any("ui-no-print" in one.classes for one in (part, *part.parents))
    assert not any("ui-no-print" in one.classes for one in (page.one("article"), *page.one("article").parents))
    assert page.one("button", "fr-icon-printer-line").get("data-print") is None
    assert "Ctrl et P" in page.one("main").text


@pytest.mark.parametrize("slug", ["inconnue", "creer-une-demande-2", "a" * 300])
def test_an_unknown_page_is_not_found(visit, slug):
    assert visit().get(f"/aide/{slug}/").status_code == 404


@pytest.mark.parametrize("who", [None, "alice", "ines", "rachel", "sophie"])
def test_each_page_is_at_most_three_clicks_from_the_home(world, who):
    """For whoever reads the page, nobody included: links only, no search."""
    client = Client()
    if who:
        personas.sign_in(client, getattr(world, who))
    at, seen = ["/"], {"/"}
    for _click in range(3):
        found = set()
        for path in at:
            page = page_of(client.get(path, follow=True))
            found |= {one["href"].split("#")[0] for one in page.all("a") if one.get("href", "").startswith("/")}
        # The help is reached by itself: other pages are not followed further than the first.
        at = sorted(one for one in found - seen if one.startswith("/aide/"))
        seen |= found
    assert {f"/aide/{topic.slug}/" for topic in TOPICS} <= seen
