"""The page of a person, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html

from aplus.accounts.presenters.reaching import trouble
from aplus.accounts.queries.actors import first_path
from aplus.accounts.queries.persons import Person
from aplus.accounts.rules import roles as rules
from aplus.accounts.rules.roles import Role
from aplus.demandes.presenters.lists import tab_title
from aplus.demandes.queries.list_holders import Tab
from aplus.pilotage.presenters.directory import flags_of, territoires_of
from aplus.pilotage.presenters.mails import event_name, moment, state_words
from aplus.pilotage.presenters.scopes import organismes_text, territoires_text
from aplus.pilotage.queries.people import Support
from aplus.pilotage.queries.places import Places
from aplus.policy import decisions
from aplus.policy.actor import Actor
from aplus.ui.context import menu_for
from aplus.ui.dates import day_label
from aplus.ui.templatetags.ui import moment_ago

ROLE_NAMES = {
    Role.SUPERVISION: "Superviseur",
    Role.OBSERVATION: "Observateur",
    Role.EXPERTISE: "Expert",
    Role.ADMINISTRATEUR: "Administrateur",
}
MEANS = {
    "lien": "lien reçu par e-mail",
    "cle": "clé d’accès",
    "mot-de-passe": "mot de passe",
    "proconnect": "ProConnect",
}


@dataclass(frozen=True)
class HeldGroupe:
    """A groupe of the person; `url` is '' for who may not see it."""

    url: str
    name: str
    organisme: str
    territoires: str
    flags: str
    since: str


@dataclass(frozen=True)
class HeldRole:
    """A role outside groupes, and what it covers."""

    word: str
    name: str
    is_held: bool
    covers: str


def facts(shown: Support) -> Iterator[tuple[str, str]]:
    """The account."""
    user = shown.user
    yield "Adresse e-mail", user.email
    if refused := trouble(user):
        yield "E-mails", refused
    yield "Fonction", user.function or "Non indiquée"
    if user.phone:
        yield "Téléphone", user.phone
    closed = f"Désactivé le {moment(user.deactivated_at)}" if user.deactivated_at else "Désactivé"
    yield "Compte", f"Actif, ouvert le {moment(user.created_at)}" if user.is_active else closed
    yield (
        "Dernière activité",
        format_html("Le {}", moment_ago(user.last_active_at)) if user.last_active_at else "Inconnue",
    )
    accepted = f"Version {user.cgu_version}, le {moment(user.cgu_accepted_at)}" if user.cgu_accepted_at else ""
    yield "Conditions d’utilisation", accepted or "Pas encore acceptées"
    yield "Second facteur", _factor(shown)
    if user.inactivity_notices and user.inactivity_noticed_at:
        number = user.inactivity_notices
        yield "Avertissements d’inactivité", f"{number}, le dernier le {moment(user.inactivity_noticed_at)}"


def _factor(shown: Support) -> str:
    if not shown.has_factor:
        return "Aucun"
    means = ["application qui donne des codes"] if shown.has_totp else []
    if shown.passkeys:
        means.append(f"{shown.passkeys} clé{'s' if shown.passkeys > 1 else ''} d’accès")
    return ", ".join(means).capitalize()


def groupes(actor: Actor, person: Person) -> list[HeldGroupe]:
    """Every groupe of the person, with the flags held in it."""
    return [
        HeldGroupe(
            url=reverse("gestion:groupe", args=[one.groupe_id])
            if decisions.may_see_metadata(actor, one.groupe)
            else "",
            name=one.groupe.name,
            organisme=one.groupe.organisme.acronym,
            territoires=territoires_of(one.groupe),
            flags=flags_of(one),
            since=day_label(one.created_at.date()),
        )
        for one in person.memberships
    ]


def held_roles(holder: Actor, places: Places, most: int | None = None) -> list[HeldRole]:
    """The four roles, held or not."""
    return [held_role(holder, role, places, most) for role in Role]


def held_role(holder: Actor, role: Role, places: Places, most: int | None = None) -> HeldRole:
    """One role, and what it covers in words."""
    held = rules.held(holder, role)
    covers = []
    if held.is_held and role.has_territoires:
        covers.append(territoires_text(held.territoires, places, most))
    if held.is_held and role.has_organismes:
        covers.append(organismes_text(held.organismes, places, most))
    return HeldRole(role.value, ROLE_NAMES[role], held.is_held, "\u00a0; ".join(covers))


def numbers(shown: Support) -> list[tuple[str, int]]:
    """How many demandes; never which."""
    return [
        ("Demandes dont cette personne est l’auteur", shown.authored),
        ("Demandes dont elle est co-auteur", shown.co_authored),
        ("Parts en cours qu’elle suit", shown.followed),
    ]


def entries(shown: Support) -> list[tuple[datetime, str, str]]:
    """When, how, from where."""
    return [(one.at, MEANS.get(one.means, one.means), one.browser) for one in shown.entries]


def mails(shown: Support) -> list[tuple[str, str, str, int]]:
    """What each was about in a word, when, what became of it, after how many tries."""
    return [
        (event_name(one.event), moment(one.at), state_words(one.state, one.delivery, one.delivery_at), one.tries)
        for one in shown.mails
    ]


def sessions(shown: Support) -> list[tuple[str, datetime, datetime]]:
    """The browser, since when, used when."""
    return [
        (
            f"{one.browser or 'Navigateur inconnu'}{' (poste partagé)' if one.is_shared_post else ''}",
            one.created_at,
            one.last_seen_at,
        )
        for one in shown.sessions
    ]


def invitations(shown: Support, now: datetime) -> list[tuple[str, datetime, str]]:
    """The groupe, when it was sent, until when its link works."""
    return [
        (
            one.groupe,
            one.sent_at,
            f"jusqu’au {moment(one.expires_at)}" if one.expires_at > now else "lien expiré",
        )
        for one in shown.invitations
    ]


def absences(shown: Support) -> list[str]:
    """The days away."""
    return [f"Du {day_label(one.from_date)} au {day_label(one.until_date)}" for one in shown.absences]


@dataclass(frozen=True)
class Sees:
    """What this person meets when they enter: their menu, their first page, the counters of their list."""

    menu: list[str]
    first: str
    tabs: list[tuple[str, int]]


def sees(shown: Support) -> Sees | None:
    """From their own rights, without being them; nothing for a closed account."""
    if not shown.user.is_active:
        return None
    menu = menu_for(shown.actor, "")
    path = first_path(shown.actor)
    first = next((item.label for item in menu if item.url == path), path)
    has_drafts = decisions.may_create_demande(shown.actor)
    counted = [
        (tab_title(shown.actor, tab), number)
        for tab, number in sorted(shown.numbers.items(), key=lambda item: list(Tab).index(item[0]))
        if tab is not Tab.DRAFTS or has_drafts
    ]
    return Sees([item.label for item in menu], first, counted)


@dataclass(frozen=True)
class Act:
    """What this reader may do for the person, elsewhere."""

    label: str
    url: str


def acts(actor: Actor, person: Person) -> list[Act]:
    """The pages that change something of this person's, by right."""
    may_close = decisions.may_deactivate(actor, person)
    offered = (
        (decisions.may_set_roles(actor, person), "Changer ses rôles", "roles_of"),
        (decisions.may_change_address(actor, person), "Changer son adresse", "change_address"),
        (decisions.may_reset_factor(actor, person), "Effacer son second facteur", "reset_factor"),
        (may_close and person.user.is_active, "Désactiver le compte", "deactivate"),
        (may_close and not person.user.is_active, "Réactiver le compte", "reactivate"),
    )
    return [Act(label, reverse(f"pilotage:{name}", args=[person.user_id])) for may, label, name in offered if may]


def person_url(person_id: UUID) -> str:
    """The page of a person."""
    return reverse("pilotage:person", args=[person_id])
