"""Periodic jobs of demandes."""

from procrastinate.contrib.django import app

from aplus.demandes.services import usual_delays


@app.periodic(cron="47 2 * * *")
@app.task(name="demandes.usual_delays", queueing_lock="demandes.usual_delays")
def work_out_usual_delays(timestamp: int) -> None:
    """Each night: in how many days each groupe usually answers."""
    usual_delays.work_out()
