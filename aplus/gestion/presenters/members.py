"""The members of a groupe as its page shows them, and what changed among them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.urls import reverse

from aplus.accounts.models import Membership, MembershipChange, MembershipEvent, User
from aplus.accounts.presenters.reaching import trouble
from aplus.accounts.rules import life
from aplus.accounts.rules.members import Flags
from aplus.annuaire.models import Groupe
from aplus.annuaire.rules import Calendar, local_day
from aplus.core import clock
from aplus.gestion.queries import members as queries
from aplus.policy import decisions
from aplus.policy.actor import Actor
from aplus.ui.dates import day_label

UNNAMED = "Compte à compléter"
SOMEBODY = "Une personne"
TEAM = "Administration+"


@dataclass(frozen=True)
class MemberLine:
    """One member; what this reader may not know is empty."""

    name: str
    function: str
    roles: str
    email: str
    trouble: str
    absent: str
    activity: str
    url: str
    action: str


@dataclass(frozen=True)
class MembersSection:
    """The table of the page of a groupe: active members, and closed accounts apart."""

    lines: list[MemberLine]
    closed: list[MemberLine]
    is_names_only: bool
    may_manage: bool
    has_responsable: bool


@dataclass(frozen=True)
class ChangeLine:
    """« 3 mars 2026 : Igor Lefèvre, rôle d’instructeur donné par Rémi Garnier »."""

    day: str
    text: str
    is_notable: bool


def today_in(groupe: Groupe) -> Any:
    """The day it is where the groupe works."""
    place = next(iter(groupe.territoires.all()), None)
    return local_day(clock.now(), place.calendar if place else Calendar(settings.TIME_ZONE))


def section(actor: Actor, groupe: Groupe) -> MembersSection | None:
    """The members, for who may list them; one query whatever their number."""
    if not decisions.may_list_members(actor, groupe):
        return None
    reader = _Reader(
        actor,
        groupe,
        clock.now(),
        may_see_addresses=decisions.may_see_addresses(actor, groupe),
        may_manage=decisions.may_manage_members(actor, groupe),
    )
    rows = queries.members_of(groupe, today_in(groupe))
    active = [row for row in rows if row.user.is_active]
    return MembersSection(
        lines=[reader.line(row) for row in active],
        closed=[reader.line(row) for row in rows if not row.user.is_active] if reader.may_see_addresses else [],
        is_names_only=not reader.may_see_addresses,
        may_manage=reader.may_manage,
        has_responsable=any(row.is_responsable for row in active),
    )


def changes(actor: Actor, groupe: Groupe) -> list[ChangeLine]:
    """What happened to the members in the last twelve months, for the members and those who manage; one query."""
    if not decisions.may_see_addresses(actor, groupe):
        return []
    place = next(iter(groupe.territoires.all()), None)
    calendar = place.calendar if place else Calendar(settings.TIME_ZONE)
    return [_change(change, calendar) for change in queries.changes_of(groupe, clock.now())]


@dataclass(frozen=True)
class _Reader:
    actor: Actor
    groupe: Groupe
    now: datetime
    may_see_addresses: bool
    may_manage: bool

    def line(self, row: Membership) -> MemberLine:
        user = row.user
        name = f"{user.first_name} {user.last_name}".strip()
        if not self.may_see_addresses:
            return MemberLine(name or UNNAMED, "", "", "", "", "", "", "", "")
        until = cast("Any", row).absent_until
        url, action = self._action(row)
        return MemberLine(
            name=name or UNNAMED,
            function=user.function,
            roles=Flags.of(row).label,
            email=user.email,
            trouble=trouble(user) if self.may_manage and user.is_active else "",
            absent=f"Absence jusqu’au {day_label(until)}" if until else "",
            activity=life.rest_of(user.last_active_at, self.now).value,
            url=url,
            action=action,
        )

    def _action(self, row: Membership) -> tuple[str, str]:
        if not self.may_manage or row.user_id == self.actor.user_id:
            return "", ""
        name, label = ("member", "Gérer") if row.user.is_active else ("reactivate_member", "Réactiver")
        return reverse(f"gestion:{name}", args=[self.groupe.pk, row.user_id]), label


def _change(change: MembershipChange, calendar: Calendar) -> ChangeLine:
    who, by = _name(change.user, SOMEBODY), _name(change.by, TEAM)
    roles = Flags.of(change).label
    said = {
        MembershipEvent.ARRIVAL: f"{who} rejoint le groupe ({roles}), par {by}",
        MembershipEvent.FLAGS: f"{who} a désormais pour rôles\u00a0: {roles}, par {by}",
        MembershipEvent.INSTRUCTEUR: f"{who} devient instructeur (rôles\u00a0: {roles}), par {by}",
        MembershipEvent.DEPARTURE: f"{who} quitte le groupe ou son compte est désactivé, par {by}",
        MembershipEvent.RETURN: f"{who} revient dans le groupe ({roles}), par {by}",
    }
    event = MembershipEvent(change.event)
    gives_instructeur = event is MembershipEvent.INSTRUCTEUR or (
        change.is_instructeur and event in {MembershipEvent.ARRIVAL, MembershipEvent.RETURN}
    )
    return ChangeLine(day_label(local_day(change.at, calendar)), said[event], is_notable=gives_instructeur)


def _name(user: User | None, otherwise: str) -> str:
    return user.full_name if user is not None else otherwise
