"""Which page of the help is about the page that is shown: one line per screen, added to every page's context."""

from typing import Any

from django.http import HttpRequest

from aplus.help.rules.contents import BY_SLUG, Topic
from aplus.policy.actor import Actor
from aplus.ui.context import actor_of

CREATE, STATES, REPLY = "creer-une-demande", "comprendre-les-etats", "repondre-a-une-demande"
MEMBERS, ADD, SELF = "voir-les-utilisateurs", "ajouter-un-compte", "modifier-vos-informations"
SIGN_IN = "je-n-arrive-pas-a-me-connecter"

# By the route of the screen. A groupe's screens say theirs by who reads them: `_slug`.
SCREENS = {
    "demandes:new": CREATE,
    "demandes:step": CREATE,
    "demandes:discard": CREATE,
    "demandes:sheet": "mandat-obligatoire",
    "demandes:mandat": "mandat-obligatoire",
    "gestion:groupes": "gerer-votre-groupe",
    "gestion:change_groupe": "gerer-votre-groupe",
    "gestion:new_groupe": "gerer-votre-groupe",
    "gestion:close_groupe": "gerer-votre-groupe",
    "gestion:models": REPLY,
    "gestion:model": REPLY,
    "gestion:groupe_demandes": "voir-les-demandes-du-groupe",
    "gestion:groupe_absences": "absence",
    "gestion:plan_own_absence": "absence",
    "gestion:add_members": ADD,
    "gestion:import": ADD,
    "gestion:decide": ADD,
    "gestion:propose": "ajouter-un-collegue",
    "gestion:member": "modifier-un-utilisateur",
    "gestion:remove_member": MEMBERS,
    "gestion:deactivate_member": MEMBERS,
    "gestion:reactivate_member": MEMBERS,
    "gestion:notifications": SELF,
    "gestion:me": SELF,
    "gestion:identity": SELF,
    "gestion:choices": SELF,
    "gestion:my_data": SELF,
    "accounts:first_steps": SELF,
    "accounts:security": SELF,
    "accounts:own_password": SELF,
    "accounts:change_address": SELF,
    "accounts:application": SELF,
    "accounts:passkeys": SELF,
    "accounts:rename_passkey": SELF,
    "accounts:remove_passkey": SELF,
    "accounts:remove_application": SELF,
    "accounts:recovery_codes": SELF,
    "accounts:join": "creer-un-compte",
    "accounts:sign_in": SIGN_IN,
    "accounts:sign_in_sent": SIGN_IN,
    "accounts:enter": SIGN_IN,
    "accounts:password_sign_in": SIGN_IN,
    "accounts:password_forgotten": SIGN_IN,
    "accounts:new_password": SIGN_IN,
    "accounts:enter_with_passkey": SIGN_IN,
    "accounts:second_factor": SIGN_IN,
}


def page_help(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `page_help`, the page of the help about this screen, or None."""
    match = request.resolver_match
    slug = _slug(match.view_name, actor_of(request)) if match is not None else None
    topic: Topic | None = BY_SLUG[slug] if slug else None
    return {"page_help": topic}


def _slug(route: str, actor: Actor) -> str | None:
    if route in {"demandes:list", "demandes:page"}:
        only_replies = actor.instructeur_groupe_ids and not actor.aidant_groupe_ids
        return REPLY if only_replies else STATES
    if route == "gestion:groupe":
        return MEMBERS if actor.responsable_groupe_ids else "gerer-votre-groupe"
    return SCREENS.get(route)
