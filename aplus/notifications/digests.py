"""The grouped mail: what was kept for one person, each thing with its number, what, who and a link."""

from collections.abc import Iterable
from uuid import UUID

from aplus.notifications.models import Notification
from aplus.notifications.registry import Composed, Item, composer_of, register

DIGEST = "recapitulatif"
CHOICES = ("Choisir quand je reçois des e-mails", "/moi/notifications/")


def register_all() -> None:
    """Declare its composer; called once the apps are ready."""
    register(DIGEST, compose)


def compose(digest: Notification) -> Composed | None:
    """Each line is asked again for its words, and with them the reader's right; None when nothing is left to say."""
    person = digest.person
    lines = Notification.objects.filter(digest_id=digest.act_id, person=person).select_related("person")
    worded = [composer_of(line.event)(line) for line in _by_demande(lines.order_by("at", "id"))]
    kept = [one for one in worded if one is not None]
    if person is None or not person.is_active or not kept:
        return None
    number = f"{len(kept)} nouvelles" if len(kept) > 1 else "1 nouvelle"
    return Composed(
        to=person.email,
        subject=f"{number} de vos demandes",
        title=f"{number} de vos demandes",
        items=[_item(one) for one in kept],
        links=[CHOICES],
    )


def _by_demande(lines: Iterable[Notification]) -> list[Notification]:
    """What happened on one demande together, in order; demandes by their first line, which is the longest waiting."""
    found: dict[UUID, list[Notification]] = {}
    for line in lines:
        found.setdefault(line.demande_id or line.id, []).append(line)
    return [line for of_one in found.values() for line in of_one]


def _item(one: Composed) -> Item:
    """The subject, which says the number and what; the first sentence, which says who; the main link, the last one."""
    return Item(one.subject, one.paragraphs[0] if one.paragraphs else one.title, one.links[-1][1])
