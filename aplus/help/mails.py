"""The mail that tells the team of a message, worded when it is sent."""

from django.conf import settings

from aplus.help.models import ContactMessage
from aplus.help.rules.contact import Subject
from aplus.help.services import RECEIVED
from aplus.notifications.models import Notification
from aplus.notifications.registry import Composed, register


def register_all() -> None:
    """Declare who words it; called once, at the start."""
    register(RECEIVED, received)


def received(line: Notification) -> Composed | None:
    """Who writes, how to answer, what; None when the message is gone."""
    message = ContactMessage.objects.filter(pk=line.contact_id).first() if line.contact_id else None
    if message is None:
        return None
    subject = Subject(message.subject).label
    organisme = [f"Organisme : {message.organisme}"] if message.organisme else []
    return Composed(
        to=settings.SUPPORT_EMAIL,
        # Its words stay inside: nothing a stranger typed is in a header.
        subject=f"Contact : {subject}",
        title=subject,
        paragraphs=[
            f"De : {message.name}",
            f"Adresse à laquelle répondre : {message.email}",
            *organisme,
            "Cette personne était connectée à son compte." if message.person_id else _WITHOUT_ACCOUNT,
            *(text for text in message.text.splitlines() if text.strip()),
        ],
        links=[("Voir son compte", f"/pilotage/personnes/{message.person_id}/")] if message.person_id else [],
    )


_WITHOUT_ACCOUNT = "Cette personne n’était pas connectée : rien ne prouve que l’adresse est la sienne."
