"""The words of states and dates."""

from datetime import UTC, date, datetime

import pytest

from aplus.demandes.presenters.states import demande_badge, demande_label, number_label, part_badge, part_label
from aplus.demandes.rules.life import DemandeState, PartState
from aplus.policy.decisions import Side
from aplus.ui.dates import day_label, moment_label

SPOKEN = {
    Side.AUTHOR: ["Envoyée", "En cours", "À archiver", "Archivée"],
    Side.INSTRUCTEURS: ["Nouvelle", "En cours", "Traitée", "Archivée"],
    None: ["Envoyée", "En cours", "Traitée", "Archivée"],
}


@pytest.mark.parametrize("side", SPOKEN)
def test_states_as_each_side_reads_them(side: Side | None) -> None:
    assert [demande_label(state, side) for state in DemandeState] == SPOKEN[side]


def test_states_of_parts() -> None:
    assert [part_label(state) for state in PartState] == [
        "saisi",
        "ouvert",
        "pris en charge",
        "traité",
        "pas compétent",
    ]


def test_every_state_has_a_kind_of_badge_that_exists() -> None:
    kinds = {demande_badge(state) for state in DemandeState} | {part_badge(state) for state in PartState}
    assert kinds == {"new", "info", "success", ""}


@pytest.mark.parametrize(
    ("number", "said"), [(123456, "n° 123 456"), (100001, "n° 100 001"), (1234567, "n° 1 234 567")]
)
def test_a_number_as_people_say_it(number: int, said: str) -> None:
    assert number_label(number) == said


def test_days_and_moments_in_french() -> None:
    assert day_label(date(2026, 3, 1)) == "1er mars 2026"
    assert day_label(date(2026, 8, 11)) == "11 août 2026"
    evening = datetime(2026, 2, 28, 23, 5, tzinfo=UTC)
    assert moment_label(evening, "Europe/Paris") == "1er mars 2026 à\u00a00\u00a0h\u00a005"
    assert moment_label(evening, "America/Martinique") == "28 février 2026 à\u00a019\u00a0h\u00a005"
