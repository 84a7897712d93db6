"""What is said where mails do not reach an address any more."""

from django.utils.timezone import localtime

from aplus.notifications.models import Addressed
from aplus.notifications.rules import Delivery
from aplus.ui.dates import day_label


def trouble(row: Addressed, whom: str = "cette adresse") -> str:
    """Since when, in a sentence; '' when nothing says that mails do not arrive."""
    if row.mail_refused_since is None:
        return ""
    day = day_label(localtime(row.mail_refused_since).date())
    if row.mail_fact == Delivery.COMPLAINED:
        return f"Les e-mails envoyés à {whom} sont signalés comme indésirables\u00a0: rien n’y arrive depuis le {day}."
    return f"Les e-mails envoyés à {whom} reviennent depuis le {day}."
