"""The search of `/demandes/` over HTTP: what is typed stays out of every address; who finds what; for how long."""

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from aplus.accounts.models import Membership
from aplus.accounts.queries.actors import actor_for
from aplus.core import clock
from aplus.demandes.content import Usager
from aplus.demandes.models import SavedSearch
from aplus.demandes.services import closing, inviting, search
from aplus.journal.models import JournalLine
from tests.demandes import sent
from tests.demandes.one.test_canary import in_clear, tables
from tests.notifications.jobs import run_jobs
from tests.personas import World, sign_in
from tests.ui.markup import Page, assert_sound

pytestmark = pytest.mark.django_db
SignedIn = Callable[[Any], Client]
OTHER = Usager("Paul", "Durand-Leroy", birth_date="05/1990", identifiers={"numero_caf": "7654321"})


def submit(client: Client, typed: str) -> Any:
    return client.post("/demandes/recherche/", {"q": typed})


def look_for(client: Client, typed: str) -> str:
    """The page a search leads to."""
    answer = submit(client, typed)
    assert answer.status_code == 303, Page(answer.content.decode()).one("main").text
    assert re.fullmatch(r"/demandes/\?recherche=[0-9a-f-]{36}", answer.headers["Location"])
    page = client.get(answer.headers["Location"])
    assert page.status_code == 200
    return str(page.content.decode())


def numbers(html: str) -> set[int]:
    """The demandes a page lists."""
    return {int(found.replace(" ", "")) for found in re.findall(r'">n° ([0-9 ]+)</a>', html)}


def words_of(html: str) -> str:
    return " ".join(Page(html).one("main").text.split())


@pytest.fixture
def two(world: World) -> tuple[int, int]:
    """Alice's demande for Ondine to the CAF, Chloé's for Paul to the CAF and the CPAM: their numbers."""
    first = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    other = sent.send(
        world.chloe, world.ccas_cergy, [world.caf95, world.cpam95], usager=OTHER, subject="Dossier perdu à Cergy"
    )
    return first.number, other.number


# Who finds what


@pytest.mark.parametrize("typed", ["quartefeuille", "QUA ond", "12/03/1985", "1234567", "suspendue", "{first}"])
def test_both_sides_by_everything(world: World, signed_in: SignedIn, two: Any, typed: str) -> None:
    typed = typed.format(first=two[0])
    for who in ("alice", "ines", "igor"):
        assert numbers(look_for(signed_in(world.user(who)), typed)) == {two[0]}, who
    for who in ("amir", "rachel", "chloe", "paul", "sophie", "oscar", "nora", "elise", "agent_msa"):
        html = look_for(signed_in(world.user(who)), typed)
        assert numbers(html) == set(), who
        assert "Aucune demande trouvée" in html


def test_a_colleague_of_the_structure_finds_nothing_of_hers_before_being_on_it(
    world: World, signed_in: SignedIn
) -> None:
    """They hold the groupe whose entries it is found by, not the demande."""
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    amir = signed_in(world.amir)
    assert numbers(look_for(amir, "ondine")) == set()
    inviting.add_co_authors(actor_for(world.alice.pk), demande.id, [world.amir.pk], key=uuid4())
    assert numbers(look_for(amir, "ondine")) == {demande.number}


def test_a_person_invited_by_name_and_an_invited_groupe(world: World, signed_in: SignedIn) -> None:
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    now = clock.now()
    held = {"is_instructeur": True, "instructeur_since": now, "created_at": now}
    Membership.objects.create(user=world.ines, groupe=world.cpam95, **held)
    Membership.objects.create(user=world.igor, groupe=world.cpam95, **held)
    Membership.objects.filter(user=world.igor, groupe=world.caf95).delete()
    paul, igor, msa = (signed_in(world.user(who)) for who in ("paul", "igor", "agent_msa"))
    invitation = inviting.Invitation(person_ids=[world.paul.pk])
    inviting.invite(actor_for(world.ines.pk), demande.id, invitation, key=uuid4())
    assert numbers(look_for(paul, "ondine")) == {demande.number}
    # Igor holds the groupe that let Paul in: it does not let Igor in.
    assert numbers(look_for(igor, "ondine")) == set()
    assert numbers(look_for(msa, "ondine")) == set()
    to_msa = inviting.Invitation(groupe_ids=[world.msa95.pk], reason="Retraite agricole.")
    inviting.invite(actor_for(world.alice.pk), demande.id, to_msa, key=uuid4())
    assert numbers(look_for(msa, "ondine")) == {demande.number}


def test_an_identifier_finds_only_for_who_may_read_it_in_clear(world: World, signed_in: SignedIn) -> None:
    """The CAF needs its own number, the CPAM the NIR: a search must not tell either of them the other's."""
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95, world.cpam95])
    nir, caf = sent.USAGER.identifiers["nir"], sent.USAGER.identifiers["numero_caf"]
    expected = {("alice", nir), ("alice", caf), ("ines", caf), ("paul", nir)}
    for who in ("alice", "ines", "paul"):
        for typed in (nir, caf):
            found = numbers(look_for(signed_in(world.user(who)), typed))
            assert found == ({demande.number} if (who, typed) in expected else set()), (who, typed)


def test_an_expert_finds_by_the_number(world: World, signed_in: SignedIn) -> None:
    """Experts hold no groupe: there is no entry they could search."""
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    elise = signed_in(world.elise)
    assert numbers(look_for(elise, str(demande.number))) == set()
    inviting.invite(
        actor_for(world.alice.pk), demande.id, inviting.Invitation(expert_ids=[world.elise.pk]), key=uuid4()
    )
    spaced = f"n° {demande.number // 1000} {demande.number % 1000:03}"
    assert numbers(look_for(elise, spaced)) == {demande.number}
    assert numbers(look_for(elise, "ondine")) == set()


def test_all_the_words_must_be_there(world: World, signed_in: SignedIn, two: Any) -> None:
    ines = signed_in(world.ines)
    assert numbers(look_for(ines, "paul cergy")) == {two[1]}
    assert numbers(look_for(ines, "paul quartefeuille")) == set()


def test_archived_ones_come_too_but_not_those_of_before_one_joined(world: World, signed_in: SignedIn) -> None:
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    closing.archive(actor_for(world.alice.pk), demande.id, unblocked="oui", remark="", key=uuid4())
    for who in ("alice", "ines"):
        html = look_for(signed_in(world.user(who)), "ondine")
        assert numbers(html) == {demande.number}
        assert "Archivée" in html
    Membership.objects.filter(user=world.ines).update(instructeur_since=clock.now() + timedelta(minutes=1))
    assert numbers(look_for(signed_in(world.ines), "ondine")) == set()


# What the page says


def test_how_many_were_found_and_the_way_back(world: World, signed_in: SignedIn, two: Any) -> None:
    ines = signed_in(world.ines)
    html = look_for(ines, "<b>paul</b> & dur")
    assert_sound(Page(html))
    assert "1 demande trouvée pour « <b>paul</b> & dur »" in words_of(html)
    assert "Effacer la recherche" in html
    assert 'value="&lt;b&gt;paul&lt;/b&gt; &amp; dur"' in html
    sent.send(world.alice, world.fs_argenteuil, [world.caf95], usager=OTHER)
    assert "2 demandes trouvées" in look_for(ines, "durand")


def test_tabs_and_orders_keep_the_search_and_count_within_it(world: World, signed_in: SignedIn, two: Any) -> None:
    ines = signed_in(world.ines)
    html = look_for(ines, "durand")
    assert "À traiter (1)" in words_of(html)
    address = re.search(r'href="(/demandes/\?onglet=a-traiter[^"]*)"', html)
    assert address is not None
    assert "recherche=" in address[1]
    assert numbers(ines.get(address[1].replace("&amp;", "&")).content.decode()) == {two[1]}


def test_found_by_pages(world: World, signed_in: SignedIn) -> None:
    sent_now = [sent.send(world.alice, world.fs_argenteuil, [world.caf95]) for _ in range(51)]
    ines = signed_in(world.ines)
    html = look_for(ines, "ondine")
    assert "Plus de 50 demandes trouvées" in html
    following = re.search(r'href="([^"]*)">Suivantes', html)
    assert following is not None
    rest = ines.get(following[1].replace("&amp;", "&")).content.decode()
    assert len(numbers(html)) == 50
    assert numbers(html) | numbers(rest) == {demande.number for demande in sent_now}


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Saisissez ce que vous cherchez."),
        ("   ", "Saisissez ce que vous cherchez."),
        ("🎉 ☃", "Saisissez au moins un mot"),
        ("l'", "Saisissez au moins un mot"),
        ("x" * 1000, "200 signes au plus"),
        ("un deux trois quatre cinq six sept huit neuf dix onze douze treize", "12 mots au plus"),
        ("onde\x00", "caractère invisible"),
    ],
)
def test_what_cannot_be_searched_is_said_and_kept(world: World, signed_in: SignedIn, typed: str, says: str) -> None:
    answer = submit(signed_in(world.alice), typed)
    assert answer.status_code == 422
    page = Page(answer.content.decode())
    assert_sound(page)
    [alert] = [one for one in page.all("div", "fr-alert--error") if one.get("role") == "alert"]
    assert says in alert.text
    [field] = [one for one in page.all("input") if one.get("name") == "q"]
    assert field.get("value").strip() == typed.strip().replace("\x00", "")
    assert not SavedSearch.objects.exists()


def test_a_get_leads_back_to_the_list(world: World, signed_in: SignedIn) -> None:
    answer = signed_in(world.alice).get("/demandes/recherche/?q=ondine")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/demandes/")


def test_three_hundred_an_hour(world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "SEARCHES", (search.Limit(2, timedelta(hours=1)),))
    alice = signed_in(world.alice)
    assert [submit(alice, "ondine").status_code for _ in range(3)] == [303, 303, 429]
    assert submit(signed_in(world.amir), "ondine").status_code == 303


def test_it_costs_one_query_more_than_the_list(
    world: World, signed_in: SignedIn, two: Any, django_assert_max_num_queries: Any
) -> None:
    for who in ("alice", "ines", "elise"):
        client = signed_in(world.user(who))
        address = submit(client, "ondine").headers["Location"]
        with django_assert_max_num_queries(10):
            client.get(address)


def test_the_export_of_a_search_holds_what_it_found(world: World, signed_in: SignedIn, two: Any) -> None:
    ines = signed_in(world.ines)
    address = submit(ines, "durand").headers["Location"]
    query = address.partition("?")[2]
    for client, expected in ((ines, {two[1]}), (signed_in(world.ines), set())):
        answer = client.get(f"/demandes.csv?{query}")
        lines = b"".join(answer).decode("utf-8-sig").splitlines()[1:]
        assert {int(re.sub(r"\D", "", line.partition(";")[0])) for line in lines} == expected
    assert "/demandes.csv?recherche=" in ines.get(address).content.decode()


# Of one session, for a day


def test_nobody_else_opens_it_by_its_id(world: World, signed_in: SignedIn, two: Any) -> None:
    alice, elsewhere, ines = signed_in(world.alice), signed_in(world.alice), signed_in(world.ines)
    address = submit(alice, "suspendue").headers["Location"]
    for client in (elsewhere, ines):
        html = client.get(address).content.decode()
        assert "Cette recherche a expiré" in html
        assert "suspendue" not in html.replace("Allocation suspendue", "")
        assert 'value="suspendue"' not in html
    assert "suspendue" in alice.get(address).content.decode()


def test_a_new_session_of_the_same_browser_does_not_either(world: World, two: Any) -> None:
    client = Client()
    sign_in(client, world.alice)
    address = submit(client, "suspendue").headers["Location"]
    sign_in(client, world.alice)
    assert "Cette recherche a expiré" in client.get(address).content.decode()


def test_gone_after_a_day(world: World, signed_in: SignedIn, two: Any) -> None:
    alice = signed_in(world.alice)
    address = submit(alice, "ondine").headers["Location"]
    SavedSearch.objects.update(created_at=clock.now() - timedelta(hours=24))
    html = alice.get(address).content.decode()
    assert "Cette recherche a expiré" in html
    # The list itself is there.
    assert numbers(html) == {two[0]}


@pytest.mark.parametrize("search_id", ["", "pas-un-uuid", "0f8fad5b-d9cb-469f-a165-70867728950e", "x" * 5000, "%00"])
def test_an_id_of_nothing(world: World, signed_in: SignedIn, two: Any, search_id: str) -> None:
    answer = signed_in(world.alice).get(f"/demandes/?recherche={search_id}")
    assert answer.status_code == 200
    assert "Cette recherche a expiré" in answer.content.decode()


def test_the_job_erases_them(world: World, signed_in: SignedIn) -> None:
    alice = signed_in(world.alice)
    submit(alice, "ondine")
    kept = SavedSearch.objects.get()
    submit(alice, "ondine")
    SavedSearch.objects.filter(pk=kept.pk).update(created_at=clock.now() - timedelta(hours=25))
    assert search.clear_old() == 1
    assert not SavedSearch.objects.filter(pk=kept.pk).exists()
    assert SavedSearch.objects.count() == 1


def test_what_is_typed_is_nowhere_in_clear(
    world: World, signed_in: SignedIn, two: Any, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither in logs nor addresses nor the journal nor any table; the page is not kept by the browser."""
    typed = ("Zibelinecanari", "ondine 12/03/1985", "2850378006084")
    addresses = []
    with caplog.at_level(logging.DEBUG):
        alice = signed_in(world.alice)
        for one in typed:
            answer = submit(alice, one)
            addresses.append(answer.headers["Location"])
            page = alice.get(addresses[-1])
            assert page.headers["Cache-Control"] == "no-store"
            title = Page(page.content.decode()).one("title").text
            assert one not in title
            links = " ".join(re.findall(r'(?:href|action|src)="([^"]*)"', page.content.decode()))
            assert not [word for word in one.split() if word.lower() in links.lower()]
        submit(alice, "Zibelinecanari " * 100)
        run_jobs()
    canaries = [word for one in typed for word in (*one.split(), one.lower())]
    logs = [str(record.__dict__) for record in caplog.records if record.name != "django.db.backends"]
    printed = capsys.readouterr()
    rows = []
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f"SELECT * FROM {table}")
            rows += [" ".join(in_clear(value) for value in row) for row in cursor.fetchall()]
    assert logs
    assert len(rows) > 50
    # Two searches that found one demande, and the list under the refused one.
    assert JournalLine.objects.filter(act="liste").count() == 3
    for canary in canaries:
        assert not [text for text in (*logs, *rows, *addresses, printed.out, printed.err) if canary in text], canary
