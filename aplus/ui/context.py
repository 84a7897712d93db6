"""What every page needs from its request: who asks, the menu this gives, what is unread, what is said above pages."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest

from aplus.policy.actor import NOBODY, Actor
from aplus.ui import notices

UNREAD = "aplus_unread"


@dataclass(frozen=True)
class MenuItem:
    """One line of a menu; `current` is the value of aria-current, '' elsewhere."""

    label: str
    url: str
    current: str


def actor_of(request: HttpRequest) -> Actor:
    """Who asks; nobody when the request failed before it was known."""
    actor: Actor = getattr(request, "actor", NOBODY)
    return actor


def menu_for(actor: Actor, path: str) -> list[MenuItem]:
    """The main menu. Its addresses are the outside contract's (product.md §6), the same whatever app serves them."""
    entries: list[tuple[str, str]] = []
    if actor.is_signed_in:
        entries.append(("Demandes", "/demandes/"))
        if actor.aidant_groupe_ids:
            entries.append(("Nouvelle demande", "/demandes/nouvelle/"))
        entries.append(("Groupes", "/groupes/"))
        if actor.has_pilotage:
            entries.append(("Pilotage", "/pilotage/"))
    else:
        entries.append(("Accueil", "/"))
    entries.append(("Aide", "/aide/"))
    within = max((url for _, url in entries if url != "/" and path.startswith(url)), key=len, default="")
    return [MenuItem(label, url, "page" if url == path else "true" if url == within else "") for label, url in entries]


def attach_unread(request: HttpRequest, count: Callable[[], int]) -> None:
    """Say how `unread_of` counts what the person has not read."""
    setattr(request, UNREAD, count)


def unread_of(request: HttpRequest) -> int:
    """How many events the person has not read, counted at most once; none for nobody."""
    found: Callable[[], int] | int = getattr(request, UNREAD, 0)
    if callable(found):
        found = found()
        setattr(request, UNREAD, found)
    return found


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `actor`, `menu`; `unread` and `notices`, which a page asks for when it shows them."""
    actor = actor_of(request)
    return {
        "actor": actor,
        "menu": menu_for(actor, request.path),
        "unread": partial(unread_of, request),
        "notices": partial(notices.of, request),
    }
