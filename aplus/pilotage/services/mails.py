"""Sending again what could not leave."""

from uuid import UUID

from aplus.core.errors import Overtaken, Unknown
from aplus.notifications import services as notifications
from aplus.pilotage.services.writing import note, writing
from aplus.policy.actor import Actor

KIND = "e-mail"
LEFT = "Cet e-mail est déjà reparti, ou attend de l’être."


def send_again(actor: Actor, notification_id: UUID, *, key: str, location: str) -> None:
    """Try one mail anew, from its first try. Raises Unknown, Overtaken (it failed no more), AlreadyDone."""
    with writing(actor, key, location):
        if not notifications.send_again(notification_id):
            raise Overtaken(LEFT) if notifications.is_known(notification_id) else Unknown
        note(actor, "e-mail-renvoye", KIND, thing_id=notification_id)


def send_all_again(actor: Actor, *, key: str, location: str) -> None:
    """Try every mail that failed anew, once what kept them is mended. Raises AlreadyDone."""
    with writing(actor, key, location):
        number = notifications.send_again()
        if number:
            note(actor, "e-mails-renvoyes", KIND, nombre=number)
