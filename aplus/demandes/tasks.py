"""Entry points run by the worker: the steps that time makes, absences, sides left empty, what closed groupes left."""

from uuid import UUID

from procrastinate.contrib.django import app

from aplus.demandes.models import Demande, Mandat, Part
from aplus.demandes.rules.mandat import MandatStep
from aplus.demandes.services import (
    escalating,
    expiring,
    idling,
    moving,
    reading,
    search,
    standing_in,
    stepping,
    usual_delays,
    weekly,
)


# No `lock`: a killed worker would hold it for ever. Two at once do no harm, each demande is locked.
@app.periodic(cron="* * * * *")
@app.task(name="demandes.part_steps", queueing_lock="demandes.part_steps")
def make_part_steps(timestamp: int) -> None:
    """Each minute: reminders and escalation of the parts whose moment has come."""
    stepping.make_due(Part.objects.all(), escalating.make_steps)


@app.periodic(cron="* * * * *")
@app.task(name="demandes.demande_steps", queueing_lock="demandes.demande_steps")
def make_demande_steps(timestamp: int) -> None:
    """Each minute: notices, archiving by itself, asking for a hand-over."""
    stepping.make_due(Demande.objects.all(), idling.make_steps, demande="pk")


@app.periodic(cron="* * * * *")
@app.task(name="demandes.mandat_steps", queueing_lock="demandes.mandat_steps")
def make_mandat_steps(timestamp: int) -> None:
    """Each minute: notices before the end of a mandat, its end, archiving after it."""
    stepping.make_due(Mandat.objects.exclude(next_step=MandatStep.ERASE), expiring.make_steps)


@app.periodic(cron="11 * * * *")
@app.task(name="demandes.weekly_summary", queueing_lock="demandes.weekly_summary")
def tell_weekly_summary(timestamp: int) -> None:
    """Each hour: the summary of the week, where it is Monday morning."""
    weekly.tell_summaries()


@app.periodic(cron="* * * * *")
@app.task(name="demandes.absences", queueing_lock="demandes.absences")
def make_absences(timestamp: int) -> None:
    """Each minute: the absences that begin or end where the person works."""
    standing_in.make_due()


@app.periodic(cron="41 3 * * *")
@app.task(name="demandes.left_alone", queueing_lock="demandes.left_alone")
def find_left_alone(timestamp: int) -> None:
    """Each night: the demandes whose author's side has nobody any more."""
    idling.find_left_alone()


@app.periodic(cron="53 2 * * *")
@app.task(name="demandes.settle_told", queueing_lock="demandes.settle_told")
def settle_told(timestamp: int) -> None:
    """Each night: what the bell showed and was read by opening its demande."""
    reading.settle_told()


@app.periodic(cron="47 2 * * *")
@app.task(name="demandes.usual_delays", queueing_lock="demandes.usual_delays")
def work_out_usual_delays(timestamp: int) -> None:
    """Each night: in how many days each groupe usually answers."""
    usual_delays.work_out()


@app.task(name=moving.TAKE_OVER)
def take_over(groupe_id: str) -> None:
    """A groupe closes: another takes what it had open."""
    moving.take_over(UUID(groupe_id))


@app.periodic(cron="* * * * *")
@app.task(name="demandes.catch_up_closed", queueing_lock="demandes.catch_up_closed")
def catch_up_closed(timestamp: int) -> None:
    """Each minute: what is still, or again, open in closed groupes."""
    moving.catch_up()


@app.task(name="demandes.rebuild_search_of_groupe")
def rebuild_search_of_groupe(groupe_id: str) -> None:
    """A groupe has another organisme: what its people may find demandes by."""
    search.rebuild_of_groupe(UUID(groupe_id))
