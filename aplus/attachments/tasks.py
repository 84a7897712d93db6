"""Jobs of the files: scan one, try again those that were not scanned, sweep those that belong to nothing."""

from uuid import UUID

from procrastinate.contrib.django import app

from aplus.attachments import scanning, services


@app.task(name=services.SCAN)
def scan(file_id: str) -> None:
    """Ask clamd about one file."""
    scanning.scan(UUID(file_id))


@app.periodic(cron="* * * * *")
@app.task(name="attachments.scan_waiting", queueing_lock="attachments.scan_waiting")
def scan_waiting(timestamp: int) -> None:
    """Each minute: files whose next try is due."""
    scanning.scan_waiting()


@app.periodic(cron="41 * * * *")
@app.task(name="attachments.sweep_orphans", queueing_lock="attachments.sweep_orphans")
def sweep_orphans(timestamp: int) -> None:
    """Each hour: files of no draft and no demande, bytes of no row, after a day."""
    services.sweep_orphans()
