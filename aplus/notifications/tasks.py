"""Entry points run by the worker: send the mails of an act, sweep what is left, forget old delivery states."""

from uuid import UUID

from procrastinate.contrib.django import app

from aplus.notifications import services


@app.task(name=services.DELIVER, priority=10)
def deliver(act_id: str) -> None:
    """Send the mails of one act."""
    services.deliver(UUID(act_id))


# No `lock`: a killed worker would hold it for ever. Two sweeps at once do no harm, each line is locked.
@app.periodic(cron="* * * * *")
@app.task(name="notifications.sweep", queueing_lock="notifications.sweep", pass_context=False)
def sweep(timestamp: int) -> None:
    """Each minute: retries, and what a killed worker left."""
    services.sweep()


@app.periodic(cron="*/5 * * * *")
@app.task(name="notifications.send_digests", queueing_lock="notifications.send_digests")
def send_digests(timestamp: int) -> None:
    """Every five minutes: the grouped mails whose hour has come somewhere, or came while nothing ran."""
    services.send_digests()


@app.periodic(cron="17 3 * * *")
@app.task(name="notifications.purge", queueing_lock="notifications.purge")
def purge(timestamp: int) -> None:
    """Each night: delivery states older than 90 days."""
    services.purge()
