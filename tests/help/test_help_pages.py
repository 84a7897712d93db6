"""The public home, what the legal pages must hold, the site map."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, resolve

from aplus.access.checks import routes
from aplus.access.gate import rule_of
from aplus.accounts.models import Membership, User
from aplus.accounts.queries import cgu
from aplus.annuaire.models import Groupe, Territoire
from aplus.core import clock
from aplus.help.presenters.legal import categories
from aplus.help.queries import open_territoires
from aplus.help.rules.contents import BY_SLUG
from aplus.retention.inventory import INVENTORY
from tests.personas import World
from tests.ui import visitors
from tests.ui.markup import assert_sound, page_of

TEXTS = ("/mentions-legales/", "/confidentialite/", "/cgu/", "/accessibilite/", "/securite/", "/plan-du-site/")
PUBLIC = ("/", "/contact/", *TEXTS)
# Public, but no page that one goes to of oneself.
NO_DESTINATIONS = {
    *("/connexion/envoye/", "/connexion/second-facteur/", "/contact/envoye/", "/deconnexion/", "/etat", "/favicon.ico"),
    *("/robots.txt", "/connexion/proconnect/", "/connexion/proconnect/retour/", "/plan-du-site/"),
}


def links(page: Any) -> set[str]:
    """Where the main part leads."""
    return {one["href"] for one in page.all("a") if page.one("main") in one.parents and one.get("href")}


def test_home_offers_to_sign_in_first(db, visit):
    page = page_of(visit().get("/"))
    assert_sound(page)
    buttons = [one for one in page.all("a", "fr-btn") if page.one("main") in one.parents]
    assert (buttons[0].text, buttons[0]["href"]) == ("Se connecter", "/connexion/")


def test_home_leads_whoever_is_signed_in_to_their_first_page(visit):
    response = visit(visitors.AIDANTE).get("/")
    assert (response.status_code, response.headers["Location"]) == (303, "/demandes/")


def test_home_has_three_doors_which_choose_their_subject(db):
    page = page_of(Client().get("/"))
    doors = [one for one in page.all("a") if one.get("href").startswith("/contact/?sujet=rejoindre")]
    tiles = [one for one in doors if any("fr-tile" in parent.classes for parent in one.parents)]
    assert len(tiles) == 3
    chosen = []
    for door in tiles:
        there = page_of(Client().get(door["href"]))
        chosen += [one["value"] for one in there.all("option") if "selected" in one.attributes]
    assert chosen == ["rejoindre-public", "rejoindre-equipes", "rejoindre-organisme"]


def test_the_diagram_is_text_that_says_who_sends_what_to_whom(db):
    """No picture: read in order, each exchange names both ends."""
    page = page_of(Client().get("/"))
    text = " ".join(page.one("figure").text.split())
    ends = ["De la personne à l’aidant : le mandat", "De l’aidant aux instructeurs : la demande"]
    ends.append("Des instructeurs à l’aidant : la réponse")
    found = [text.index(one) for one in ends]
    assert found == sorted(found)
    assert not page.all("img")


def test_home_invents_no_figure(world: World):
    text = page_of(Client().get("/")).one("main").text
    assert set(re.findall(r"\d+", text)) <= {"1", "2", "3", "4", "95"}


def test_open_territoires_have_both_sides_active_in_open_groupes(world: World):
    assert [one.code for one in open_territoires()] == ["95"]
    assert "Val-d’Oise (95)" in page_of(Client().get("/")).one("main").text.replace("'", "’")
    Membership.objects.filter(is_instructeur=True).update(is_instructeur=False, instructeur_since=None)
    assert open_territoires() == []
    assert "Aucun territoire n’est encore ouvert" in page_of(Client().get("/")).one("main").text


def test_a_territoire_without_an_aidant_is_not_open(world: World):
    Membership.objects.update(is_aidant=False)
    assert open_territoires() == []


def test_closed_accounts_closed_groupes_and_groupes_of_all_france_open_nothing(world: World):
    elsewhere = Territoire.objects.create(code="2A", name="Corse-du-Sud", timezone="Europe/Paris")
    Groupe.objects.filter(pk__in=[world.caf95.pk, world.fs_argenteuil.pk]).update(is_national=True)
    for groupe in (world.caf95, world.fs_argenteuil):
        groupe.territoires.add(elsewhere)
    assert "2A" not in [one.code for one in open_territoires()]
    Groupe.objects.update(is_national=False)
    assert [one.code for one in open_territoires()] == ["2A", "95"]
    Groupe.objects.filter(pk=world.caf95.pk).update(closed_at=clock.now())
    assert "2A" not in [one.code for one in open_territoires()]
    User.objects.update(is_active=False)
    assert open_territoires() == []


def test_home_names_nobody_and_costs_two_queries_however_many_territoires(world: World, django_assert_num_queries):
    Client().get("/")
    with django_assert_num_queries(2):  # what is said above every page, the territoires
        text = Client().get("/").content.decode()
    assert not [user.last_name for user in User.objects.all() if user.last_name in text]
    Territoire.objects.bulk_create(
        Territoire(code=f"{number:03}", name=f"T {number}", timezone="Europe/Paris") for number in range(100)
    )
    for groupe in (world.caf95, world.fs_argenteuil):
        groupe.territoires.set(Territoire.objects.all())
    with django_assert_num_queries(2):
        text = Client().get("/").content.decode()
    assert text.count("<li>T ") == 100


def test_terms_say_their_version(db, visit):
    assert f"Version {cgu.in_force().version}." in visit().get("/cgu/").content.decode()


def test_accessibility_claims_nothing_that_was_not_audited(visit):
    text = page_of(visit().get("/accessibilite/")).one("main").text
    for said in ("non conforme", "Défenseur des droits", "ne remplacent pas un audit", "lecteur d’écran"):
        assert said in text
    assert "%" not in text


def test_pages_give_the_address_of_the_team(visit, settings):
    settings.SUPPORT_EMAIL = "equipe@demo.example"
    for path in ("/contact/", "/confidentialite/", "/securite/", "/accessibilite/", "/mentions-legales/"):
        assert "mailto:equipe@demo.example" in visit().get(path).content.decode(), path


def test_the_legal_notice_says_what_is_missing_until_it_is_given(visit, settings):
    assert visit().get("/mentions-legales/").content.decode().count("À compléter") == 2
    settings.PUBLICATION_DIRECTOR, settings.HOSTING = "Camille Durand, directrice", "Hébergeur <x>, Paris"
    text = page_of(visit().get("/mentions-legales/")).one("main").text
    assert "À compléter" not in text
    assert "Camille Durand, directrice" in text
    assert "Hébergeur <x>, Paris" in text


def test_privacy_shows_every_rule_of_the_inventory_once(visit):
    page = page_of(visit().get("/confidentialite/"))
    assert_sound(page)
    tables = page.all("table")
    shown = [
        tuple(cell.text for cell in [*page.all("th"), *page.all("td")] if row in cell.parents)
        for row in page.all("tr")
        if any(parent.name == "tbody" for parent in row.parents)
    ]
    rules = {rule for table in INVENTORY.values() for rule in table}
    assert len(tables) == len({rule.kind for rule in rules})
    expected = {tuple(text[0].upper() + text[1:] for text in (rule.what, rule.kept, rule.erased)) for rule in rules}
    assert set(shown) == expected
    assert len(shown) == len(rules)
    assert sum(len(category.rules) for category in categories()) == len(rules)


def test_privacy_says_no_name_of_a_table_or_of_a_field(visit):
    """People read it: words, not code."""
    text = page_of(visit().get("/confidentialite/")).one("main").text
    codes = {name for table in INVENTORY.values() for names in table.values() for name in names if "_" in name}
    assert not [code for code in codes | set(INVENTORY) if code in text]


def test_privacy_leads_to_the_officer_or_to_the_form(visit, settings):
    page = visit().get("/confidentialite/").content.decode()
    assert "/contact/?sujet=donnees" in page
    assert "délégué à la protection" not in page
    settings.DPO_EMAIL = "dpo@demo.example"
    assert "mailto:dpo@demo.example" in visit().get("/confidentialite/").content.decode()


def test_security_txt_is_still_good_on_each_day_of_a_year(visit):
    for day in range(0, 366, 61):
        with clock.at(clock.now() + timedelta(days=day)):
            text = visit().get("/.well-known/security.txt").content.decode()
            expires = re.search(r"^Expires: (\S+)$", text, re.MULTILINE)
            assert expires is not None
            assert f"{clock.now():%Y-%m-%dT}" < expires[1] < f"{clock.now() + timedelta(days=365):%Y-%m-%dT}"


def test_the_site_map_leads_to_every_public_page(visit):
    there = links(page_of(visit().get("/plan-du-site/")))
    public = set()
    for route in routes(get_resolver("config.urls")):
        path = route.path
        rule = rule_of(route.view) if "<" not in path else None
        if rule is not None and rule.reason and not path.startswith(("/demo/", "/aide/")):
            public.add(path)
    assert public - NO_DESTINATIONS <= there
    assert {"/aide/", *(f"/aide/{slug}/" for slug in BY_SLUG)} <= there


@pytest.mark.parametrize(
    ("who", "seen", "unseen"),
    [
        (visitors.NOBODY, {"/connexion/"}, {"/demandes/", "/moi/", "/pilotage/"}),
        (visitors.AIDANTE, {"/demandes/", "/demandes/nouvelle/", "/moi/donnees/"}, {"/pilotage/", "/connexion/"}),
        (visitors.INSTRUCTRICE, {"/demandes/", "/groupes/"}, {"/demandes/nouvelle/", "/mandats/vierge.pdf"}),
        (visitors.SUPERVISEURE, {"/pilotage/", "/pilotage/annuaire/"}, {"/demandes/nouvelle/"}),
    ],
)
def test_the_site_map_has_the_reader_s_own_sections(visit, who, seen, unseen):
    there = links(page_of(visit(who).get("/plan-du-site/")))
    assert seen <= there
    assert not unseen & there


def test_public_pages_say_what_they_are_to_search_engines(db, visit):
    found = []
    for path in (*PUBLIC, "/contact/envoye/", "/aide/", *(f"/aide/{slug}/" for slug in BY_SLUG)):
        (meta,) = [one for one in page_of(visit().get(path)).all("meta") if one.get("name") == "description"]
        assert 20 < len(meta["content"]) < 200, path
        found.append(meta["content"])
    assert len(set(found)) == len(found)


def test_what_public_pages_lead_to_exists(db, visit):
    for path in PUBLIC:
        for there in links(page_of(visit().get(path))):
            if there.startswith("/"):
                assert resolve(there.partition("?")[0].partition("#")[0], urlconf="config.urls"), (path, there)


def test_links_of_the_home_inside_itself_lead_somewhere(db, visit):
    page = page_of(visit().get("/"))
    ids = {one["id"] for one in page.elements if one.get("id")}
    assert {one[1:] for one in links(page) if one.startswith("#")} <= ids
