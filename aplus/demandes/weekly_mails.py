"""The mail of the summary of the week: what waits, what is overdue, what to archive; numbers only."""

from django.urls import reverse

from aplus.accounts.queries.actors import actor_for
from aplus.accounts.queries.choices import summary_readers
from aplus.core import clock
from aplus.demandes.queries import lists, weekly
from aplus.demandes.queries.list_holders import Tab
from aplus.demandes.queries.weekly import Waiting
from aplus.demandes.services.weekly import EVENT
from aplus.notifications.models import Notification
from aplus.notifications.registry import Composed, register

# For each counted tab: one, several.
OWN = {
    Tab.TODO: ("demande à traiter", "demandes à traiter"),
    Tab.OVERDUE: ("demande en souffrance", "demandes en souffrance"),
    Tab.DONE: ("demande traitée, à relire ou à archiver", "demandes traitées, à relire ou à archiver"),
}
OF_GROUPE = (
    ("not_taken", "demande à prendre en charge", "demandes à prendre en charge"),
    ("overdue", "demande en souffrance", "demandes en souffrance"),
    ("to_archive", "demande traitée à archiver", "demandes traitées à archiver"),
)


def register_all() -> None:
    """Declare the composer of the summary; called once the apps are ready."""
    register(EVENT, compose)


def compose(line: Notification) -> Composed | None:
    """The mail, counted now with the rights of now; none when nothing waits, or it is wanted no more."""
    user = line.person
    if user is None or not summary_readers().filter(pk=user.pk).exists():
        return None
    actor, now = actor_for(user.pk), clock.now()
    numbers = lists.counters(actor, now=now)
    own = [_said(numbers[tab], *words) for tab, words in OWN.items() if numbers[tab]]
    waiting = [one for one in weekly.waiting_in(actor.responsable_groupe_ids, now) if one.is_anything]
    if not own and not waiting:
        return None
    paragraphs = [f"Dans vos demandes\u00a0: {', '.join(own)}."] if own else []
    paragraphs += [f"{one.groupe.name}\u00a0: {_numbers(one)}." for one in waiting]
    links = [("Voir mes demandes", reverse("demandes:list"))] if own else []
    links += [
        (f"Voir les demandes du groupe {one.groupe.name}", reverse("gestion:groupe_demandes", args=[one.groupe.pk]))
        for one in waiting
    ]
    return Composed(
        to=user.email,
        subject="Votre résumé de la semaine",
        title="Votre résumé de la semaine",
        paragraphs=paragraphs,
        links=[*links, ("Choisir ce que je reçois", reverse("gestion:choices"))],
    )


def _numbers(waiting: Waiting) -> str:
    return ", ".join(
        _said(getattr(waiting, name), one, many) for name, one, many in OF_GROUPE if getattr(waiting, name)
    )


def _said(number: int, one: str, many: str) -> str:
    return f"{number} {many if number > 1 else one}"
