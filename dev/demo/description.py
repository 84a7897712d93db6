"""Who is who in the demo, read back from the database (contract.md §1)."""

from typing import Any

from aplus.accounts.models import Membership, User
from aplus.annuaire.models import Groupe
from dev.demo.factors import secrets
from dev.demo.people import PERSONAS
from dev.demo.places import PLACES

ALL_FRANCE = "France entière"


def description() -> dict[str, Any]:
    """Personas, the groupes of the demo with their members, and the secrets of second factors."""
    return {"personas": _personas(), "groupes": _groupes(), "totp": secrets()}


def _personas() -> list[dict[str, Any]]:
    users = {user.email: user for user in User.objects.filter(email__in=[one.email for one in PERSONAS])}
    names: dict[str, list[str]] = {}
    for email, name in Membership.objects.order_by("groupe__sort_key").values_list("user__email", "groupe__name"):
        names.setdefault(email, []).append(name)
    return [
        {
            "nom": f"{persona.first_name} {persona.last_name}",
            "email": persona.email,
            "roles": list(persona.roles),
            "groupes": names.get(persona.email, []),
        }
        for persona in PERSONAS
        if persona.email in users
    ]


def _groupes() -> list[dict[str, Any]]:
    """In the order of `places`, those of territoire 95 first."""
    mailboxes = [place.mailbox for place in PLACES]
    rows = Groupe.objects.filter(mailbox__in=mailboxes).prefetch_related("territoires", "memberships__user")
    return [
        {
            "id": str(groupe.id),
            "nom": groupe.name,
            "organisme": groupe.organisme_id,
            "territoire": ", ".join(one.code for one in groupe.territoires.all()) or ALL_FRANCE,
            "boite": groupe.mailbox,
            "membres": sorted(held.user.email for held in groupe.memberships.all()),
        }
        for groupe in sorted(rows, key=lambda groupe: mailboxes.index(groupe.mailbox))
    ]
