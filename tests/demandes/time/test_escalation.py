"""A part that is late: who is told, in which order, once; what is said of it; details that do not come."""

import pytest

from aplus.core import clock
from aplus.demandes.models import Part, StepDone
from tests.demandes import sent
from tests.demandes.time.passing import everyone, lines, local, pass_to, told

CAF_BOX = "caf95@demo.example"
CAF = {CAF_BOX, "ines.caron@demo.example", "igor.lefevre@demo.example", "remi.garnier@demo.example"}
ALICE, REMI, SOPHIE, NORA = (
    "alice.martin@demo.example",
    "remi.garnier@demo.example",
    "sophie.laurent@demo.example",
    "nora.petit@demo.example",
)
# Sent Thursday 30 April 2026: due at the end of Wednesday 6 May; Friday 8 and Thursday 14 May are holidays, as is
# Monday 25 May.
SENT, DUE = local("2026-04-30 10:00"), local("2026-05-07 00:00")
SECOND, THIRD, FOURTH = local("2026-05-12 00:00"), local("2026-05-16 00:00"), local("2026-05-23 00:00")


@pytest.fixture
def demande(world):
    """Alice's, to the CAF; its own mails are gone."""
    with clock.at(SENT):
        demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
        told()
    return demande


def part_of(demande):
    return Part.objects.get(demande=demande)


def test_each_step_at_its_moment_to_its_people(demande):
    assert (part_of(demande).next_step, part_of(demande).next_step_at) == ("echeance", DUE)
    assert pass_to(local("2026-05-06 23:59")) == {}
    assert pass_to(DUE) == everyone("echeance", CAF)
    assert part_of(demande).next_step_at == SECOND
    assert pass_to(local("2026-05-11 23:59")) == {}
    assert pass_to(SECOND) == {REMI: "retard"}
    assert part_of(demande).next_step_at == THIRD
    assert pass_to(THIRD) == {SOPHIE: "retard"}
    assert part_of(demande).next_step_at == FOURTH
    assert pass_to(FOURTH) == everyone("appel-expert", CAF, ALICE)
    part = part_of(demande)
    assert (part.next_step, part.next_step_at) == ("", None)
    assert pass_to(local("2026-08-01 00:00")) == {}
    steps = ["echeance", "responsables", "superviseurs", "expert"]
    assert lines(demande) == [("ESCALATE", step) for step in steps]
    assert list(StepDone.objects.order_by("id").values_list("step", flat=True)) == steps
