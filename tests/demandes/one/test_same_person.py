"""The other demandes about one person: on the page, and before a new one is sent; only those the reader may read."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aplus.accounts.queries.actors import actor_for
from aplus.demandes.content import Usager
from aplus.demandes.services import inviting
from tests.demandes import sent
from tests.demandes.one.browser import Browser

TITLE = "Autres demandes de cette personne"
SOMEBODY_ELSE = Usager("Ondine", "Quartefeuille", birth_date="12/03/1986", identifiers={"numero_caf": "7654321"})
# The same by the number that the CAF reads, under another name.
RENAMED = Usager("Undine", "Viertelblatt", birth_date="1985", identifiers={"numero_caf": "1234567"})
pytestmark = pytest.mark.django_db


def side(who, demande):
    """The side column as it reads."""
    page = Browser(who).read(demande).page
    return " ".join(page.one("aside", "demande-side").text.split())


def label(demande):
    return f"n° {demande.number // 1000} {demande.number % 1000:03}"


@pytest.fixture
def demandes(world):
    """Four about one person by two structures and two groupes, one about somebody else."""
    return {
        "first": sent.send(world.alice, world.fs_argenteuil, [world.caf95]),
        "again": sent.send(world.alice, world.fs_argenteuil, [world.cpam95]),
        "renamed": sent.send(world.alice, world.fs_argenteuil, [world.caf95], usager=RENAMED),
        "colleague": sent.send(world.amir, world.fs_argenteuil, [world.caf95]),
        "elsewhere": sent.send(world.chloe, world.ccas_cergy, [world.msa95]),
        "else": sent.send(world.alice, world.fs_argenteuil, [world.caf95], usager=SOMEBODY_ELSE),
    }


def test_each_reader_sees_those_they_may_read(world, demandes):
    expected = {
        "alice": {"again", "renamed"},
        "ines": {"renamed", "colleague"},
    }
    for who, names in expected.items():
        text = side(world.user(who), demandes["first"])
        assert TITLE in text
        for name, demande in demandes.items():
            assert (label(demande) in text) is (name in names), (who, name)
    assert f"{label(demandes['again'])} du 30 avril 2026, envoyée" in side(world.alice, demandes["first"])
    assert f"{label(demandes['colleague'])} du 30 avril 2026, nouvelle" in side(world.ines, demandes["first"])


def test_what_one_may_not_read_leaves_no_trace(world, demandes):
    """The same column with and without demandes of others about the person."""
    assert TITLE not in side(world.amir, demandes["colleague"])
    assert TITLE not in side(world.alice, demandes["else"])
    alone = sent.send(world.alice, world.fs_argenteuil, [world.ddfip95], usager=SOMEBODY_ELSE)
    assert label(alone) in side(world.alice, demandes["else"])
    inviting.add_co_authors(actor_for(world.alice.pk), demandes["first"].id, [world.amir.pk], key=uuid4())
    assert label(demandes["first"]) in side(world.amir, demandes["colleague"])


def test_beyond_five_the_others_are_searched(world):
    made = [sent.send(world.alice, world.fs_argenteuil, [world.caf95]) for _ in range(8)]
    browser = Browser(world.alice)
    text = side(world.alice, made[0])
    assert [label(one) in text for one in made] == [False, False, False, True, True, True, True, True]
    assert "et 2 autres" in text
    fields = browser.read(made[0]).fields("/demandes/recherche/")
    answer = browser.client.post("/demandes/recherche/", fields)
    found = browser.client.get(answer.headers["Location"]).content.decode()
    assert all(label(one) in found for one in made)


def test_the_page_costs_no_query_more(world, demandes):
    for who in (world.alice, world.ines):
        browser = Browser(who)
        browser.read(demandes["first"])
        with CaptureQueriesContext(connection) as queries:
            browser.read(demandes["first"])
        assert len(queries) <= 10
