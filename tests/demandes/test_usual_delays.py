"""The usual delay of a groupe: what counts, from how many answers, in which calendar, in which words."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aplus.accounts.queries.actors import actor_for
from aplus.annuaire.models import Groupe, Territoire
from aplus.core import clock
from aplus.demandes.models import Demande, UsualDelay
from aplus.demandes.presenters.states import usual_delay
from aplus.demandes.queries.demande import demande as load
from aplus.demandes.services import usual_delays
from aplus.demandes.services.people import open_page
from tests import personas
from tests.demandes import sent
from tests.personas import World

# Wednesday 15 April 2026, noon: no holiday before Friday 1 May.
START = datetime(2026, 4, 15, 10, tzinfo=UTC)
NIGHT = START + timedelta(days=14)


def asked(world: World, groupe: Groupe, at: datetime = START) -> Demande:
    """A demande to one groupe."""
    with clock.at(at):
        return sent.send(world.alice, world.fs_argenteuil, [groupe], at=at)


def answered(world: World, days: int, act: str = "reponse", groupe: str = "caf95", at: datetime = START) -> Demande:
    """A demande whose groupe answers so many days later."""
    demande = asked(world, getattr(world, groupe), at)
    with clock.at(at + timedelta(days=days)):
        sent.reply({"caf95": world.ines, "cpam95": world.paul}[groupe], demande, act=act)
    return demande


def known(at: datetime = NIGHT) -> dict[str, tuple[int, int]]:
    """What the job finds at this moment: days and number of answers, by groupe."""
    with clock.at(at):
        usual_delays.work_out()
    rows = UsualDelay.objects.values_list("groupe__name", "days", "number")
    return {name: (days, number) for name, days, number in rows}


def test_it_is_the_median_in_business_days_from_five_answers(world: World) -> None:
    for days in (0, 1, 1, 5):
        answered(world, days)
    assert known() == {}
    answered(world, 7)
    # From Wednesday to Monday, 3 business days; to the next Wednesday, 5: the median is 1.
    assert known() == {"CAF du Val-d'Oise": (1, 5)}


@pytest.mark.parametrize("act", ["reponse", "prise-en-charge", "precisions", "traitement", "incompetence"])
def test_every_reply_the_author_s_side_reads_is_an_answer(world: World, act: str) -> None:
    for _ in range(5):
        answered(world, 2, act)
    assert known() == {"CAF du Val-d'Oise": (2, 5)}


def test_opening_the_page_a_note_and_silence_are_no_answer(world: World) -> None:
    demandes = [asked(world, world.caf95) for _ in range(5)]
    ines = actor_for(world.ines.id)
    with clock.at(START + timedelta(days=1)):
        for demande in demandes:
            sent.reply(world.ines, demande, is_note=True)
            loaded = load(ines, demande.id)
            assert loaded is not None
            open_page(ines, loaded)
    assert known() == {}


def test_only_the_first_answer_counts_and_only_within_ninety_days(world: World) -> None:
    for _ in range(5):
        demande = answered(world, 1)
        with clock.at(START + timedelta(days=9)):
            sent.reply(world.ines, demande, act="traitement")
    assert known() == {"CAF du Val-d'Oise": (1, 5)}
    # The second answers are still within the window; the first ones are not.
    assert known(START + timedelta(days=95)) == {}


def test_a_groupe_that_answers_late_is_not_left_out(world: World) -> None:
    for _ in range(5):
        answered(world, 100)
    assert known(START + timedelta(days=101)) == {"CAF du Val-d'Oise": (67, 5)}


def test_each_groupe_has_its_own_and_they_are_brought_up_to_date(world: World) -> None:
    for _ in range(5):
        answered(world, 0)
        answered(world, 2, groupe="cpam95")
    assert known() == {"CAF du Val-d'Oise": (0, 5), "CPAM du Val-d'Oise": (2, 5)}
    for _ in range(6):
        answered(world, 5)
    assert known()["CAF du Val-d'Oise"] == (3, 11)


def test_days_off_are_those_of_the_territoire(world: World) -> None:
    # Friday 1 May is a holiday everywhere; Monday 27 April is made one in 95 only.
    Territoire.objects.filter(code="95").update(local_holidays=["04-27"])
    friday = datetime(2026, 4, 24, 8, tzinfo=UTC)
    for _ in range(5):
        answered(world, 4, at=friday)
    assert known() == {"CAF du Val-d'Oise": (1, 5)}


def test_it_costs_the_same_with_few_and_with_two_hundred_groupes(world: World) -> None:
    def cost() -> int:
        with clock.at(NIGHT), CaptureQueriesContext(connection) as captured:
            usual_delays.work_out()
        return len(captured)

    for _ in range(5):
        answered(world, 1)
    before = cost()
    Groupe.objects.bulk_create(
        Groupe(id=uuid4(), name=f"G{rank}", sort_key=f"g{rank}", organisme_id="caf", created_at=START)
        for rank in range(200)
    )
    assert cost() == before <= 10


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (None, ""),
        (0, "répond d’ordinaire dans la journée"),
        (1, "répond d’ordinaire en 1 jour"),
        (2, "répond d’ordinaire en 2 jours"),
        (9, "répond d’ordinaire en 9 jours"),
        (10, "répond d’ordinaire en 2 semaines"),
        (11, "répond d’ordinaire en 3 semaines"),
        (15, "répond d’ordinaire en 3 semaines"),
    ],
)
def test_the_words(days: int | None, words: str) -> None:
    assert usual_delay(days) == words


def test_it_is_said_beside_the_groupe_to_tick_and_to_invite(world: World, client: Client) -> None:
    personas.sign_in(client, world.alice)
    UsualDelay.objects.create(groupe=world.caf95, days=2, number=8, computed_at=START)
    page = client.get("/demandes/nouvelle/").content.decode()
    assert page.count("Répond d’ordinaire en 2 jours") == 1
    demande = sent.send(world.alice, world.fs_argenteuil, [world.cpam95])
    page = client.get(sent.address(demande)).content.decode()
    assert page.count("Répond d’ordinaire en 2 jours.") == 1
