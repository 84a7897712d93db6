"""Scan again the files that could not be scanned."""

from typing import Any

from django.core.management.base import BaseCommand

from aplus.attachments.scanning import scan_again


class Command(BaseCommand):
    help = "Queue again the scan of the files left unavailable because clamd did not answer for a day."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Say how many."""
        self.stdout.write(f"{scan_again()} files queued")
