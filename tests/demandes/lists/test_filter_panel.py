"""The filters of `/demandes/` over HTTP: the panel, the tags, what is offered, and the choices a person keeps."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from aplus.annuaire.models import Groupe, Territoire
from aplus.core import clock
from aplus.demandes.models import ListChoice
from aplus.demandes.rules.life import PartState
from tests.demandes.lists.test_page import rows_of, text_of, to_caf
from tests.demandes.lists.worlds import Planned, PlannedPart, write
from tests.personas import World

pytestmark = pytest.mark.django_db
SignedIn = Callable[[Any], Client]
DAY = timedelta(days=1)


def page(client: Client, query: str = "") -> str:
    response = client.get(f"/demandes/{query}")
    assert response.status_code == 200
    return response.content.decode()


def offered(html: str, name: str) -> dict[str, str]:
    """The choices of one filter, by value."""
    found = re.search(rf'<select[^>]* name="{name}">(.*?)</select>', html, re.DOTALL)
    assert found is not None
    pairs = re.findall(r'<option value="([^"]*)"[^>]*>(.*?)</option>', found[1])
    return {value: text_of(label) for value, label in pairs if value}


def tags(html: str) -> dict[str, str]:
    """The filters at work, and where each leads without it."""
    found = re.findall(r'<a class="fr-tag[^"]*" href="([^"]*)">(.*?)</a>', html, re.DOTALL)
    return {text_of(label).removeprefix("Retirer le filtre "): url.replace("&amp;", "&") for url, label in found}


def test_filters_narrow_rows_and_counters_and_stay_in_every_link(world: World, signed_in: SignedIn) -> None:
    write(
        [
            to_caf(world, is_urgent=True),
            to_caf(world),
            Planned(world.alice, world.fs_argenteuil, [PlannedPart(world.cpam95, PartState.OPENED)], is_urgent=True),
        ]
    )
    client = signed_in(world.alice)
    query = f"?groupe={world.caf95.pk}&urgent=1"
    assert len(rows_of(client)) == 3
    assert len(rows_of(client, query)) == 1
    html = page(client, query)
    assert "En cours (1)" in html
    assert "Filtrer les demandes (2 filtres actifs)" in html
    assert tags(html) == {
        "Groupe : CAF du Val-d'Oise": "/demandes/?urgent=1",
        "Urgentes": f"/demandes/?groupe={world.caf95.pk}",
    }
    assert '<a class="fr-link fr-link--sm" href="/demandes/">Effacer les filtres</a>' in html
    tabs = re.search(r'<nav class="list-tabs.*?</nav>', html, re.DOTALL)
    assert tabs is not None
    assert all(query[1:] in url.replace("&amp;", "&") for url in re.findall(r'href="([^"]*)"', tabs[0]))
    assert all(
        f"{query[1:]}" in url.replace("&amp;", "&") for url in re.findall(r'href="(/demandes/\?tri=[^"]*)"', html)
    )


def test_the_form_says_what_is_asked_and_keeps_tab_and_order(world: World, signed_in: SignedIn) -> None:
    write([to_caf(world)])
    html = page(signed_in(world.alice), "?onglet=en-cours&tri=activite&suivi=moi&non_lu=1&du=2031-04-07")
    [form] = re.findall(r'<form method="get".*?</form>', html, re.DOTALL)
    assert '<input type="hidden" name="onglet" value="en-cours">' in form
    assert '<input type="hidden" name="tri" value="activite">' in form
    assert '<option value="moi" selected>' in form
    assert 'name="non_lu" value="1" checked' in form
    assert 'name="urgent" value="1">' in form
    assert 'name="du" value="2031-04-07"' in form
    assert "Envoyées à partir du 7 avril 2031" in tags(html)


def test_pages_of_a_filtered_list_follow_one_another(world: World, signed_in: SignedIn) -> None:
    """Over equal keys: all of the same moment, the urgent ones asked for."""
    written = write(to_caf(world, is_urgent=bool(number % 2)) for number in range(130))
    client, query, seen = signed_in(world.ines), "?urgent=1&tri=recentes", []
    while query:
        html = page(client, query)
        seen += re.findall(r'<h3><a href="/demandes/([0-9a-f-]{36})/', html)
        following = re.search(r'href="/demandes/(\?[^"]*)">Suivantes', html)
        query = following[1].replace("&amp;", "&") if following else ""
    assert sorted(seen) == sorted(str(one.id) for one in written if one.is_urgent)


def test_only_what_the_reader_meets_is_offered(world: World, signed_in: SignedIn) -> None:
    write([to_caf(world), Planned(world.amir, world.ccas_cergy, [PlannedPart(world.msa95)])])
    html = page(signed_in(world.ines))
    assert set(offered(html, "groupe").values()) == {"CAF du Val-d'Oise", "France services Argenteuil"}
    assert "MSA" not in html
    assert set(offered(html, "territoire")) == {"95"}
    assert "autre" in offered(html, "thematique")
    for person in ("elise", "nora"):
        assert offered(page(signed_in(world.user(person))), "groupe") == {}


def test_a_groupe_one_does_not_meet_and_one_that_does_not_exist_read_the_same(
    world: World, signed_in: SignedIn
) -> None:
    write([to_caf(world), Planned(world.amir, world.ccas_cergy, [PlannedPart(world.msa95)])])
    client = signed_in(world.ines)
    foreign, unknown = (
        page(client, f"?groupe={groupe_id}").replace(str(groupe_id), "ID") for groupe_id in (world.msa95.pk, uuid4())
    )
    tokens = r'name="(csrfmiddlewaretoken|cle)" value="[^"]*"'
    assert re.sub(tokens, "", foreign) == re.sub(tokens, "", unknown)
    assert "Groupe : absent de vos dernières demandes" in tags(foreign)
    assert "Aucune demande ne correspond à ces filtres" in foreign
    [callout] = re.findall(r'<div class="fr-callout">.*?</div>', foreign, re.DOTALL)
    assert re.findall(r'href="([^"]*)">(.*?)</a>', callout) == [("/demandes/", "Effacer les filtres")]


def test_a_filter_never_shows_the_demande_of_others(world: World, signed_in: SignedIn) -> None:
    write([Planned(world.amir, world.ccas_cergy, [PlannedPart(world.msa95)], is_urgent=True)])
    for query in (f"?groupe={world.msa95.pk}", "?organisme=msa", "?urgent=1", "?suivi=personne", "?territoire=95"):
        assert rows_of(signed_in(world.ines), query) == []


def test_a_demande_counts_as_sent_on_the_day_it_was_there(world: World, signed_in: SignedIn, time_machine: Any) -> None:
    """At 20:00 UTC on 7 April it is the 8th in Nouméa."""
    time_machine.move_to("2031-04-07T20:00:00+00:00", tick=False)
    Territoire.objects.create(code="988", name="Nouvelle-Calédonie", timezone="Pacific/Noumea")
    write([to_caf(world, territoire="988", created_ago=timedelta()), to_caf(world, created_ago=timedelta())])
    client = signed_in(world.alice)
    for query, number in (("?du=2031-04-08", 1), ("?au=2031-04-07", 1), ("?du=2031-04-07&au=2031-04-08", 2)):
        assert len(rows_of(client, query)) == number


@pytest.mark.parametrize(
    "query", ["?groupe=x", "?organisme=%00", "?du=hier", "?au=2031-02-30", "?suivi=x", "?urgent=x", "?territoire=%27"]
)
def test_an_odd_filter_is_left_out(world: World, signed_in: SignedIn, query: str) -> None:
    write([to_caf(world)])
    client = signed_in(world.alice)
    assert len(rows_of(client, query)) == 1
    assert tags(page(client, query)) == {}


def test_drafts_have_no_filters(world: World, signed_in: SignedIn) -> None:
    html = page(signed_in(world.alice), "?onglet=brouillons&urgent=1")
    assert "Filtrer les demandes" not in html
    assert "Aucun brouillon" in html


@pytest.mark.parametrize("query", ["?urgent=1", "?non_lu=1&suivi=personne", "?organisme=caf&du=2020-01-01"])
def test_filters_cost_no_query_more(
    world: World, signed_in: SignedIn, django_assert_num_queries: Any, query: str
) -> None:
    client = signed_in(world.ines)
    for number in (2, 198):
        write(to_caf(world, is_urgent=True) for _ in range(number))
        with django_assert_num_queries(8):
            assert len(rows_of(client, query)) == min(number, 50)


def test_the_most_frequent_groupes_are_offered(world: World, signed_in: SignedIn) -> None:
    now = clock.now()
    many = Groupe.objects.bulk_create(
        Groupe(
            name=f"Groupe {number:02}", sort_key=f"groupe {number:02}", organisme=world.caf95.organisme, created_at=now
        )
        for number in range(30)
    )
    write(Planned(world.alice, world.fs_argenteuil, [PlannedPart(groupe)]) for groupe in [*many, many[29], many[29]])
    names = list(offered(page(signed_in(world.alice)), "groupe").values())
    assert len(names) == 20
    assert {"Groupe 29", "France services Argenteuil"} <= set(names)
    assert names == sorted(names)


# Choices kept


def keep(client: Client, html: str, choice: str = "garder") -> Any:
    """Post the form of the page that keeps, or forgets."""
    forms = re.findall(r'<form method="post" action="/demandes/choix/">(.*?)</form>', html, re.DOTALL)
    [form] = [form for form in forms if f'value="{choice}"' in form]
    return client.post("/demandes/choix/", dict(re.findall(r'name="([^"]*)" value="([^"]*)"', form)))


def test_choices_kept_open_the_list_until_they_are_forgotten(world: World, signed_in: SignedIn) -> None:
    write([to_caf(world, is_urgent=True), to_caf(world)])
    client, other = signed_in(world.alice), signed_in(world.ines)
    assert "Garder ces choix" not in page(client)
    response = keep(client, page(client, "?onglet=en-cours&tri=activite&urgent=1"))
    assert (response.status_code, response.headers["Location"]) == (303, "/demandes/")
    assert ListChoice.objects.get(user=world.alice).choices == {"tri": "activite", "urgent": "1"}
    html = page(client)
    assert "s’appliquent : tri « Dernière activité », Urgentes." in text_of(html).replace("\u00a0", " ").replace(
        "&nbsp;", " "
    )
    assert '<a href="/demandes/?tout=1">Tout afficher</a>' in html
    assert len(rows_of(client)) == 1
    assert re.search(r'aria-current="page">Toutes<', html)
    assert '<a class="fr-link fr-link--sm" href="/demandes/?tri=activite">Effacer les filtres</a>' in html
    assert len(rows_of(client, "?tout=1")) == len(rows_of(client, "?onglet=toutes")) == 2
    assert 'href="/demandes/?tout=1"' in page(client, "?onglet=a-traiter")
    assert len(rows_of(other)) == 2
    keep(client, page(client, "?tout=1"), "oublier")
    assert not ListChoice.objects.exists()
    assert len(rows_of(client)) == 2


def test_the_same_form_twice_is_one_act(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.alice)
    html = page(client, "?urgent=1")
    keep(client, html)
    keep(client, page(client), "oublier")
    response = keep(client, html)
    assert (response.status_code, response.headers["Location"]) == (303, "/demandes/")
    assert not ListChoice.objects.exists()


def test_reading_a_list_keeps_nothing_and_odd_choices_are_none(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.alice)
    page(client, "?urgent=1&tri=activite")
    assert client.get("/demandes/choix/").status_code == 303
    assert client.put("/demandes/choix/").status_code == 405
    odd = {"choix": "garder", "urgent": "oui", "groupe": "\x00", "recherche": str(uuid4()), "onglet": "archivees"}
    assert client.post("/demandes/choix/", odd).status_code == 303
    assert not ListChoice.objects.exists()


def undone(client: Client) -> Any:
    """Press the button beside the message."""
    html = client.get("/demandes/").content.decode()
    form = html.split('action="/demandes/choix/" class="fr-mt-1w"')[1].split("</form>")[0]
    return client.post("/demandes/choix/", dict(re.findall(r'name="([^"]*)" value="([^"]*)"', form)))


def test_choices_kept_or_forgotten_are_taken_back(world: World, signed_in: SignedIn) -> None:
    write([to_caf(world, is_urgent=True)])
    client = signed_in(world.alice)
    keep(client, page(client, "?urgent=1"))
    keep(client, page(client), "oublier")
    assert not ListChoice.objects.exists()
    assert undone(client).status_code == 303
    assert ListChoice.objects.get().choices == {"urgent": "1"}
    client.get("/demandes/")
    keep(client, page(client, "?tri=activite"))
    undone(client)
    assert ListChoice.objects.get().choices == {"urgent": "1"}
