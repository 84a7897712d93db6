"""Periodic jobs of the trail: seal, add and drop partitions, count refusals beyond the limit."""

from procrastinate.contrib.django import app

from aplus.journal import refusals, services


@app.periodic(cron="* * * * *")
@app.task(name="journal.seal", queueing_lock="journal.seal")
def seal(timestamp: int) -> None:
    """Each minute: seal the lines older than five minutes."""
    services.seal_lines()


@app.periodic(cron="* * * * *")
@app.task(name="journal.close_refusal_hours", queueing_lock="journal.close_refusal_hours")
def close_refusal_hours(timestamp: int) -> None:
    """Each minute: one line for each session refused more than sixty times in its hour."""
    refusals.close_hours()


@app.periodic(cron="29 2 * * *")
@app.task(name="journal.drop_old_partitions", queueing_lock="journal.drop_old_partitions")
def drop_old_partitions(timestamp: int) -> None:
    """Each night: the months older than twelve months; their seals stay."""
    services.drop_old_partitions()


@app.periodic(cron="17 2 * * *")
@app.task(name="journal.add_partitions", queueing_lock="journal.add_partitions")
def add_partitions(timestamp: int) -> None:
    """Each night: the partitions of the coming months."""
    services.add_partitions()
