"""An event of the tests, its composer, and people to tell."""

from aplus.accounts.models import User
from aplus.core import clock
from aplus.notifications import registry
from aplus.notifications.models import Notification
from aplus.notifications.registry import Composed

EVENT = "essai"
MAILBOX = "boite@demo.example"


class BrokenComposerError(Exception):
    """Raised by the composer when the codes say so."""


def compose(line: Notification) -> Composed | None:
    """A mail for the groupe's box or for an active person."""
    if line.codes.get("broken_for") == str(line.person_id):
        raise BrokenComposerError("alice.martin@demo.example")
    if line.person is None:
        to = MAILBOX
    elif line.person.is_active:
        to = line.person.email
    else:
        return None
    return Composed(
        to=to,
        subject=f"Demande {line.number} : essai",
        title="Un essai",
        paragraphs=["Le groupe CAF du Val-d'Oise est saisi."],
        links=[("Ouvrir la demande", f"/demandes/{line.demande_id}/")],
    )


registry.register(EVENT, compose)


def person(name: str, *, is_active: bool = True) -> User:
    """An account of the demo's domain."""
    return User.objects.create(email=f"{name}@demo.example", is_active=is_active, created_at=clock.now())
