"""Periodic job of the files: sweep those that belong to nothing."""

from procrastinate.contrib.django import app

from aplus.attachments import services


@app.periodic(cron="41 * * * *")
@app.task(name="attachments.sweep_orphans", queueing_lock="attachments.sweep_orphans")
def sweep_orphans(timestamp: int) -> None:
    """Each hour: files of no draft and no demande, bytes of no row, after a day."""
    services.sweep_orphans()
