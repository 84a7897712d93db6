"""A real worker in a process of its own: `python -m tests.notifications.worker <mails' folder> [die-after-sending]`."""

import os
import signal
import sys

import django
from django.conf import settings
from django.core.management import call_command


def main(folder: str, *, dies_after_sending: bool) -> None:
    """Work on the database of DATABASE_URL until stopped."""
    django.setup()
    settings.EMAIL_BACKEND = "aplus.notifications.backends.FileBackend"
    settings.MAIL_DIR = folder

    from aplus.notifications import services
    from tests.notifications import essai  # noqa: F401  registers the composer of the tests' event

    if dies_after_sending:
        services._mark_done = lambda *_args: os.kill(os.getpid(), signal.SIGKILL)
    call_command("procrastinate", "worker", concurrency=2)


if __name__ == "__main__":
    main(sys.argv[1], dies_after_sending="die-after-sending" in sys.argv)
