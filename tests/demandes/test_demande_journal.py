"""`manage.py demande_journal`: the lines of one demande, by the number people say."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from aplus.accounts.queries.actors import actor_for
from aplus.journal import services as journal
from tests import personas
from tests.demandes import sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def demande(world):
    """Sent by Alice, opened by Inès, refused to Chloé; another one beside."""
    other = sent.send(world.amir, world.fs_argenteuil, [world.cpam95])
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    journal.write(actor_for(world.amir.pk), "autre", demande_id=other.id)
    for person in (world.ines, world.chloe):
        client = Client()
        personas.sign_in(client, person)
        client.get(sent.address(demande))
    return demande


def printed(*number):
    out = StringIO()
    call_command("demande_journal", *number, stdout=out)
    return out.getvalue()


def test_it_prints_who_did_what_oldest_first(world, demande):
    lines = [line.split()[2:4] for line in printed(str(demande.number)).splitlines()]
    assert lines == [
        ["envoi", f"actor={world.alice.pk}"],
        ["ouverture", f"actor={world.ines.pk}"],
        ["lecture", f"actor={world.ines.pk}"],
        ["refus", f"actor={world.chloe.pk}"],
    ]


def test_it_tells_no_content(demande):
    text = printed(str(demande.number))
    assert sent.SUBJECT not in text
    assert "Quartefeuille" not in text


@pytest.mark.parametrize("said", ["{0} {1}", "n° {0} {1}", "N°{0}{1}", "{0}\u202f{1}", " {0}\u00a0{1} "])
def test_the_number_is_taken_as_people_say_it(demande, said):
    number = str(demande.number)
    assert printed(said.format(number[:3], number[3:])) == printed(number)


def test_the_number_may_be_several_words(demande):
    number = str(demande.number)
    assert printed("n°", number[:3], number[3:]) == printed(number)


@pytest.mark.parametrize("said", ["", "abc", "12.5", "1" * 19, "0f0e0d0c-0b0a-4908-8706-050403020100", "²"])
def test_what_is_no_number_is_said(said):
    with pytest.raises(CommandError, match="is not the number of a demande"):
        printed(said)


def test_an_unknown_number_is_said():
    with pytest.raises(CommandError, match="No demande has the number n° 999 999"):
        printed("999999")
