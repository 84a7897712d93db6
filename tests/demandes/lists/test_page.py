"""`/demandes/` over HTTP: what each person reads on it, at what cost."""

import gzip
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from aplus.accounts.models import Membership, User
from aplus.accounts.queries.actors import actor_for
from aplus.annuaire.models import Territoire
from aplus.core import clock
from aplus.demandes.content import Usager
from aplus.demandes.models import Demande, Draft, ParticipantKind, Reading
from aplus.demandes.rules.life import PartState
from aplus.demandes.rules.steps import Step
from aplus.demandes.services import drafts
from aplus.journal.models import JournalLine
from aplus.vault.services import erase_secret
from tests.demandes.lists.worlds import Planned, PlannedPart, write
from tests.personas import World

pytestmark = pytest.mark.django_db
SignedIn = Callable[[Any], Client]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def text_of(html: str) -> str:
    """The page as it reads: no tags, spaces made single."""
    return " ".join(re.sub(r"<[^>]+>", " ", html.replace("&#x27;", "'")).split())


def rows_of(client: Client, query: str = "") -> list[str]:
    """The text of each row."""
    html = client.get(f"/demandes/{query}").content.decode()
    listed = re.search(r'<ul class="list-rows">(.*)</ul>', html, re.DOTALL)
    return [text_of(row) for row in re.findall(r"<li>(.*?)</li>", listed[1], re.DOTALL)] if listed else []


def to_caf(world: World, **changes: Any) -> Planned:
    """Alice's demande to the CAF, due in two days and a half."""
    part = changes.pop("part", {})
    parts = [PlannedPart(world.caf95, **{"due_in": 2.5 * DAY, **part})]
    return Planned(world.alice, world.fs_argenteuil, **{"parts": parts, **changes})


def number_of(demande: Demande) -> str:
    return f"n° {demande.number // 1000} {demande.number % 1000:03}"


def test_a_row_says_what_each_side_reads(world: World, signed_in: SignedIn) -> None:
    [demande] = write(
        [
            Planned(
                world.alice,
                world.fs_argenteuil,
                [PlannedPart(world.caf95, due_in=2 * DAY), PlannedPart(world.cpam95, due_in=3 * DAY)],
                subject="RSA non versé <b>",
                usager=Usager("Zoé", "L'Hermitte"),
                is_urgent=True,
            )
        ]
    )
    for person, state, word in (("alice", "Envoyée", "vous"), ("ines", "Nouvelle", "Alice Martin")):
        client = signed_in(world.user(person))
        [row] = rows_of(client)
        for said in (
            number_of(demande),
            "RSA non versé &lt;b&gt;",
            "Zoé L'Hermitte",
            state,
            "Urgent",
            "Autre thématique",
            "France services Argenteuil → CAF du Val-d'Oise, CPAM du Val-d'Oise",
            f"Dernier mot : {word}, ",
            "Échéance : ",
        ):
            assert said in row, (person, said)
        assert f'href="/demandes/{demande.id}/"' in client.get("/demandes/").content.decode()


def test_beyond_three_groupes_the_others_are_counted(world: World, signed_in: SignedIn) -> None:
    addressed = (world.msa95, world.cpam95, world.caf95, world.ddfip95, world.ccas_cergy)
    write(
        Planned(world.alice, world.fs_argenteuil, [PlannedPart(groupe) for groupe in addressed[:number]])
        for number in (5, 4)
    )
    assert {re.search(r"→ (.*?) Dernier", row)[1] for row in rows_of(signed_in(world.alice))} == {
        "CAF du Val-d'Oise, CCAS de Cergy, CPAM du Val-d'Oise et 2 autres",
        "CAF du Val-d'Oise, CPAM du Val-d'Oise, DDFIP du Val-d'Oise et 1 autre",
    }


def test_the_subject_and_the_name_are_in_no_title_address_or_journal_line(world: World, signed_in: SignedIn) -> None:
    write([to_caf(world, subject="Sujet-canari", usager=Usager("Prénom-canari", "Nom-canari"))])
    html = signed_in(world.alice).get("/demandes/").content.decode()
    assert "Sujet-canari" in html
    assert "canari" not in "".join(re.findall(r"<title>.*?</title>|href=\"[^\"]*\"", html))
    lines = JournalLine.objects.filter(actor_id=world.alice.pk)
    assert [(line.act, line.codes) for line in lines] == [("liste", {"lignes": 1})]


def test_who_sees_a_demande_in_a_list(world: World, signed_in: SignedIn) -> None:
    write([to_caf(world)])
    seeing = {"alice", "ines", "igor", "remi"}
    for key in ("alice", "amir", "chloe", "ines", "igor", "paul", "rachel", "remi", "sophie", "oscar", "nora", "elise"):
        response = signed_in(world.user(key)).get("/demandes/")
        assert response.status_code == 200
        assert ("Marie Durand" in response.content.decode()) == (key in seeing), key


def test_nobody_is_led_to_sign_in(world: World) -> None:
    response = Client().get("/demandes/?onglet=a-traiter")
    assert (response.status_code, response.headers["Location"]) == (
        303,
        "/connexion/?suite=%2Fdemandes%2F%3Fonglet%3Da-traiter",
    )


def test_who_lost_the_membership_sees_nothing_the_same_second(world: World, signed_in: SignedIn) -> None:
    write([to_caf(world)])
    for person in (world.alice, world.ines):
        client = signed_in(person)
        assert len(rows_of(client)) == 1
        Membership.objects.filter(user=person).delete()
        assert rows_of(client) == []


def test_an_author_who_also_handles_the_part_reads_the_authors_side(world: World, signed_in: SignedIn) -> None:
    now = clock.now()
    Membership.objects.create(
        user=world.alice, groupe=world.caf95, is_instructeur=True, instructeur_since=now, created_at=now
    )
    write([to_caf(world)])
    client = signed_in(world.alice)
    assert "Envoyée" in rows_of(client)[0]
    assert rows_of(client, "?onglet=a-traiter") == []
    Membership.objects.filter(user=world.alice, groupe=world.fs_argenteuil).delete()
    assert rows_of(client) == []


def test_badges_of_time(world: World, signed_in: SignedIn, time_machine: Any) -> None:
    """Monday 7 April 2031 at 10:00 in Paris; due dates are the midnights that end a day."""
    time_machine.move_to("2031-04-07T08:00:00+00:00", tick=False)
    midnight = 14 * HOUR
    expected = {
        -10 * HOUR: ("En souffrance", "6 avril 2031"),
        midnight: ("Échéance aujourd’hui", "7 avril 2031"),
        midnight + DAY: ("Échéance demain", "8 avril 2031"),
        midnight + 2 * DAY: ("", "9 avril 2031"),
    }
    write(to_caf(world, part={"due_in": due_in}, usager=Usager("Due", str(due_in))) for due_in in expected)
    rows = rows_of(signed_in(world.ines))
    badges = ("En souffrance", "Échéance aujourd’hui", "Échéance demain")
    for row, (badge, day) in zip(rows, expected.values(), strict=True):
        assert [said for said in badges if said in row] == ([badge] if badge else [])
        assert f"Échéance : {day}" in row


def test_the_due_day_is_that_of_the_territoire(world: World, signed_in: SignedIn, time_machine: Any) -> None:
    """Midnight in Martinique at the end of 8 April is six in the morning of the 9th in Paris."""
    time_machine.move_to("2031-04-07T08:00:00+00:00", tick=False)
    Territoire.objects.create(code="972", name="Martinique", timezone="America/Martinique")
    write([to_caf(world, territoire="972", part={"due_in": 44 * HOUR})])
    [row] = rows_of(signed_in(world.ines))
    assert "Échéance : 8 avril 2031" in row
    assert "Échéance demain" in row


def test_an_instructeur_reads_the_due_date_of_his_own_part(world: World, signed_in: SignedIn) -> None:
    parts = [
        PlannedPart(world.caf95, PartState.IN_CHARGE, due_in=10 * DAY),
        PlannedPart(world.cpam95, due_in=-DAY),
    ]
    write([Planned(world.alice, world.fs_argenteuil, parts)])
    for person, is_late in (("alice", True), ("paul", True), ("ines", False)):
        client = signed_in(world.user(person))
        assert ("En souffrance" in rows_of(client)[0]) == is_late
        assert len(rows_of(client, "?onglet=en-souffrance")) == int(is_late)


def test_unread_is_what_somebody_else_did_since_the_last_reading(world: World, signed_in: SignedIn) -> None:
    [demande] = write([to_caf(world)])
    alice, ines = signed_in(world.alice), signed_in(world.ines)
    assert "Non lu" not in rows_of(alice)[0]
    assert "Non lu" in rows_of(ines)[0]
    Reading.objects.create(user=world.ines, demande=demande, first_at=clock.now(), last_at=clock.now())
    assert "Non lu" not in rows_of(ines)[0]
    later = clock.now() + HOUR
    Demande.objects.update(instructeur_activity_at=later, instructeur_activity_by=world.igor)
    assert "Non lu" in rows_of(ines)[0]
    assert "Non lu" not in rows_of(alice)[0]


def test_a_note_changes_nothing_of_the_authors_row(world: World, signed_in: SignedIn) -> None:
    write([to_caf(world)])
    alice, ines = signed_in(world.alice), signed_in(world.ines)
    before = rows_of(alice)
    Demande.objects.update(instructeur_word_by=world.igor, instructeur_word_at=clock.now())
    assert rows_of(alice) == before
    assert "Dernier mot : Igor Lefèvre" in rows_of(ines)[0]


def test_an_erased_row_never_shows(world: World, signed_in: SignedIn) -> None:
    """Neither one marked erased nor one whose secret is gone already."""
    erased, _ = write([to_caf(world), to_caf(world, archived_ago=DAY, is_erased=True)])
    erase_secret(erased.id)
    client = signed_in(world.alice)
    assert rows_of(client) == rows_of(client, "?onglet=archivees") == []


def test_tabs_are_links_with_their_exact_numbers(world: World, signed_in: SignedIn) -> None:
    write(
        [
            *[to_caf(world) for _ in range(3)],
            to_caf(world, part={"due_in": -DAY, "followed_by": world.igor}),
            to_caf(world, part={"state": PartState.PROCESSED, "due_in": None}),
            to_caf(world, archived_ago=DAY),
        ]
    )
    expected = {
        "alice": ["Toutes", "À traiter (1)", "En cours (4)", "En souffrance (1)", "À archiver (1)"],
        "ines": ["Toutes", "À traiter (3)", "En cours (1)", "En souffrance (1)", "Traitées (1)"],
    }
    ends = {"alice": ["Archivées", "Brouillons (0)"], "ines": ["Archivées"]}
    for person, labels in expected.items():
        client = signed_in(world.user(person))
        nav = re.search(r'<nav class="list-tabs.*?</nav>', client.get("/demandes/").content.decode(), re.DOTALL)
        assert nav is not None
        links = re.findall(r'<a href="([^"]*)"([^>]*)>(.*?)</a>', nav[0])
        assert [label for _, _, label in links] == labels + ends[person]
        assert [attributes for _, attributes, _ in links] == [' aria-current="page"'] + [""] * (len(links) - 1)
        for url, _, label in links:
            number = re.search(r"\((\d+)\)", label)
            if number:
                assert len(rows_of(client, url.removeprefix("/demandes/"))) == int(number[1]), label


def test_the_tab_of_what_is_processed_is_named_for_the_reader(world: World, signed_in: SignedIn) -> None:
    now = clock.now()
    Membership.objects.create(
        user=world.amir, groupe=world.caf95, is_instructeur=True, instructeur_since=now, created_at=now
    )
    named = {
        "alice": "À archiver",
        "ines": "Traitées",
        "elise": "Traitées",
        "amir": "Traitées / À archiver",
        "nora": "Traitées / À archiver",
    }
    for person, label in named.items():
        html = signed_in(world.user(person)).get("/demandes/?onglet=traitees").content.decode()
        assert f">{label} (0)</a>" in html
        assert f">{label}</h2>" in html


@pytest.mark.parametrize(
    "query",
    [
        "?onglet=inconnu",
        "?tri=inconnu",
        "?onglet=a-traiter&onglet=%00",
        "?apres=%00",
        "?apres=é",
        "?apres=aaaa",
        "?apres=" + "a" * 5000,
        "?apres=ZWNoZWFuY2V8OXwxfDAw",
        "?apres=" + "=" * 20,
        "?apres=ZWNoZWFuY2V8MXw5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTl8MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA",
    ],
)
def test_anything_unknown_in_the_address_is_the_first_page(world: World, signed_in: SignedIn, query: str) -> None:
    write([to_caf(world)])
    response = signed_in(world.alice).get(f"/demandes/{query}")
    assert response.status_code == 200
    assert "Marie Durand" in response.content.decode()


def test_pages_follow_one_another(world: World, signed_in: SignedIn) -> None:
    written = write(to_caf(world, usager=Usager("Marie", str(number))) for number in range(120))
    for order in ("echeance", "recentes", "activite"):
        client, url, seen, pages = signed_in(world.ines), f"?tri={order}", [], 0
        while url:
            html = client.get(f"/demandes/{url}").content.decode()
            seen += re.findall(r"/demandes/([0-9a-f-]{36})/", html)
            assert ("Retour au début" in html) == (pages > 0)
            following = re.search(r'href="/demandes/(\?[^"]*)">Suivantes', html)
            url = following[1].replace("&amp;", "&") if following else ""
            pages += 1
        assert pages == 3
        assert sorted(seen) == sorted(str(demande.id) for demande in written)


def test_head_answers_and_writes_nothing(world: World, signed_in: SignedIn) -> None:
    write([to_caf(world)])
    client = signed_in(world.alice)
    assert client.head("/demandes/").status_code == 200
    assert not JournalLine.objects.filter(actor_id=world.alice.pk).exists()
    assert client.post("/demandes/").status_code == 405


def test_a_list_opens_no_part(world: World, signed_in: SignedIn) -> None:
    [demande] = write([to_caf(world)])
    signed_in(world.ines).get("/demandes/")
    assert demande.parts.get().state == PartState.ADDRESSED
    assert not Reading.objects.exists()


@pytest.mark.parametrize("tab", ["toutes", "a-traiter", "en-souffrance", "traitees", "archivees"])
def test_the_same_few_queries_with_2_and_200_rows(
    world: World, signed_in: SignedIn, django_assert_max_num_queries: Any, tab: str
) -> None:
    def plans(number: int) -> list[Planned]:
        archived = {"archived_ago": DAY} if tab == "archivees" else {}
        state = {"state": PartState.PROCESSED, "due_in": None} if tab == "traitees" else {"due_in": -DAY}
        return [to_caf(world, part=state, **archived) for _ in range(number)]

    # Inès joined after the archiving.
    client, spent = signed_in(world.alice if tab == "archivees" else world.ines), []
    for number in (2, 198):
        write(plans(number))
        with django_assert_max_num_queries(10) as queries:
            assert len(rows_of(client, f"?onglet={tab}")) == min(number, 50)
        spent.append(len(queries))
    assert spent == [8, 8]


def test_a_page_of_fifty_is_light(world: World, signed_in: SignedIn) -> None:
    """budgets.md: 60 KiB, 12 KiB compressed, with the longest subjects, all the badges and five groupes on each row."""
    addressed = (world.caf95, world.cpam95, world.msa95, world.ddfip95, world.ccas_cergy)
    parts = [PlannedPart(groupe, due_in=-DAY) for groupe in addressed]
    names = ["Bertrand", "Marie-Joséphine", "Abdoulaye", "Émilie", "Jean-Baptiste", "Aminata", "Noé"]
    write(
        Planned(
            world.alice,
            world.fs_argenteuil,
            parts,
            subject=f"{names[number % 7]} {number * 7919} : {'aide suspendue depuis un déménagement, ' * 4}"[:150],
            usager=Usager(names[number % 5], f"{names[number % 3]}-{number * 104729:x}"),
            is_urgent=True,
            activity_by=world.ines,
            created_ago=number * HOUR,
            activity_ago=number * HOUR,
        )
        for number in range(51)
    )
    html = signed_in(world.alice).get("/demandes/").content
    assert len(re.findall(rb"<h3>", html)) == 50
    assert len(html) <= 60 * 1024
    assert len(gzip.compress(html, 6)) <= 12 * 1024


EMPTY = {
    "alice": ("", "Créer une demande", "/demandes/nouvelle/"),
    "ines": ("", "Comprendre comment répondre", "/aide/repondre-a-une-demande/"),
    "elise": ("", "on fait appel à vous", None),
    "sophie": ("", "Aller à la page Pilotage", "/pilotage/"),
    "amir": ("?onglet=a-traiter", "Rien à traiter", "/demandes/"),
    "igor": ("?onglet=archivees", "Aucune demande archivée", "/demandes/"),
    "paul": ("?onglet=brouillons", "Aucun brouillon", "/demandes/"),
}


@pytest.mark.parametrize("person", EMPTY)
def test_an_empty_list_says_what_to_do_next(world: World, signed_in: SignedIn, person: str) -> None:
    query, said, url = EMPTY[person]
    html = signed_in(world.user(person)).get(f"/demandes/{query}").content.decode()
    [callout] = re.findall(r'<div class="fr-callout">.*?</div>', html, re.DOTALL)
    assert said in text_of(callout)
    assert re.findall(r'href="([^"]*)"', callout) == ([url] if url else [])


def test_a_person_without_any_role_is_led_to_their_groupes(signed_in: SignedIn, world: World) -> None:
    Membership.objects.filter(user=world.amir).delete()
    assert "Voir mes groupes" in signed_in(world.amir).get("/demandes/").content.decode()


def test_only_an_aidant_is_offered_a_new_demande(world: World, signed_in: SignedIn) -> None:
    for person, is_offered in (("alice", True), ("ines", False), ("sophie", False)):
        html = signed_in(world.user(person)).get("/demandes/").content.decode()
        assert (">Nouvelle demande</a>" in html.split("<main")[1]) == is_offered


# Drafts


def begin(person: User, **typed: str) -> Draft:
    """A draft at its second step, or its third when something was typed there."""
    actor = actor_for(person.pk)
    draft_id = drafts.begin(actor, {}, key=uuid4(), after=Step.USAGER)
    if typed:
        drafts.save(actor, draft_id, Step.USAGER, typed, version=None, key=uuid4(), location="/")
    return Draft.objects.get(pk=draft_id)


def test_drafts_show_what_was_typed_and_where_to_go_on(world: World, signed_in: SignedIn) -> None:
    empty = begin(world.alice)
    typed = begin(world.alice, sujet="Loyer <impayé>", prenom="Paul", nom="Petit")
    begin(world.amir, sujet="Celui d'Amir")
    html = signed_in(world.alice).get("/demandes/?onglet=brouillons").content.decode()
    assert text_of(html).index("Loyer &lt;impayé&gt; Paul Petit Enregistré à l’instant") < text_of(html).index(
        "Sans sujet"
    )
    assert "Brouillons (2)" in html
    assert f'href="/demandes/nouvelle/{typed.id}/blocage/"' in html
    assert f'href="/demandes/nouvelle/{empty.id}/usager/"' in html
    assert f'href="/demandes/nouvelle/{typed.id}/supprimer/"' in html
    assert "Amir" not in html.split("<main")[1]
    assert not JournalLine.objects.filter(actor_id=world.alice.pk, act="liste").exists()


def test_a_draft_whose_steps_are_all_saved_goes_on_at_the_last(world: World, signed_in: SignedIn) -> None:
    draft, actor = begin(world.alice, sujet="Tout"), actor_for(world.alice.pk)
    for step in (Step.BLOCAGE, Step.ENVOI):
        drafts.save(actor, draft.id, step, {}, version=None, key=uuid4(), location="/")
    html = signed_in(world.alice).get("/demandes/?onglet=brouillons").content.decode()
    assert f"/demandes/nouvelle/{draft.id}/envoi/" in html


def test_who_is_no_aidant_any_more_reads_no_draft(world: World, signed_in: SignedIn) -> None:
    begin(world.alice, sujet="Sujet du brouillon")
    client = signed_in(world.alice)
    Membership.objects.filter(user=world.alice).delete()
    html = client.get("/demandes/?onglet=brouillons").content.decode()
    assert "Sujet du brouillon" not in html
    assert "Brouillons (0)" in html


def test_many_drafts_come_by_pages_in_the_same_three_queries(
    world: World, signed_in: SignedIn, django_assert_num_queries: Any
) -> None:
    made = [begin(world.alice, sujet=f"Brouillon {number}") for number in range(53)]
    client = signed_in(world.alice)
    with django_assert_num_queries(3):
        html = client.get("/demandes/?onglet=brouillons").content.decode()
    following = re.search(r'href="/demandes/(\?[^"]*)">Suivantes', html)
    assert following is not None
    with django_assert_num_queries(3):
        rest = client.get("/demandes/" + following[1].replace("&amp;", "&")).content.decode()
    shown = re.findall(r"nouvelle/([0-9a-f-]{36})/blocage", html + rest)
    assert shown == [str(draft.id) for draft in reversed(made)]
    assert "Suivantes" not in rest


def test_a_person_invited_by_name_reads_it_without_having_to_act(world: World, signed_in: SignedIn) -> None:
    people = [(world.paul, ParticipantKind.INVITED, world.cpam95)]
    write([to_caf(world, people=people, part={"due_in": -DAY})])
    client = signed_in(world.paul)
    assert "Nouvelle" in rows_of(client)[0]
    assert rows_of(client, "?onglet=a-traiter") == []
    assert len(rows_of(client, "?onglet=en-souffrance")) == 1
