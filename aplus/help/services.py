"""Messages to the team: stored, told to it once, forgotten after a year."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from aplus.accounts import limits
from aplus.core import clock
from aplus.core.errors import Refused
from aplus.help.models import ContactMessage
from aplus.help.rules.contact import KEPT, PER_HOUR, Subject, numbers_in
from aplus.notifications.services import tell

RECEIVED = "contact"
SAY_NO_MORE = (
    "retirez-le avant d’envoyer. Pour parler d’une demande, son numéro dans Administration+ suffit à l’équipe."
)


@dataclass(frozen=True)
class Written:
    """A message as its form gives it."""

    subject: Subject
    name: str
    email: str
    organisme: str
    text: str


def send(written: Written, *, sender: UUID | None, network: str, key: UUID) -> None:
    """Keep the message and tell the team; the same key twice is once.

    Raises Refused when it holds somebody's number, TooMany beyond five an hour: of the account when there is one (a
    whole caisse shares one address), else of the network.
    """
    _refuse_numbers(written)
    with transaction.atomic():
        now = clock.now()
        message, is_new = ContactMessage.objects.get_or_create(
            key=key,
            defaults={
                "subject": written.subject,
                "name": written.name,
                "email": written.email,
                "organisme": written.organisme,
                "text": written.text,
                "person_id": sender,
                "created_at": now,
            },
        )
        if is_new:
            limits.take("contact", str(sender or network), PER_HOUR)
            tell(act_id=message.pk, event=RECEIVED, at=now, contacts=[message.pk])


def _refuse_numbers(written: Written) -> None:
    fields = {"message": written.text, "organisme": written.organisme, "nom": written.name}
    problems = {
        field: [f"Ce texte contient {number}\u00a0: {SAY_NO_MORE}" for number in numbers_in(text)]
        for field, text in fields.items()
    }
    found = {field: texts for field, texts in problems.items() if texts}
    if found:
        raise Refused(found)


def forget_old() -> int:
    """Erase the messages received more than a year ago; how many."""
    number, _ = ContactMessage.objects.filter(created_at__lt=clock.now() - KEPT).delete()
    return number
