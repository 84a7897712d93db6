"""The only place that asks what time it is; everything else takes a time as an argument."""

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """The current time, aware, in UTC."""
    return timezone.now()
