"""What each line of a file of people would do, from what is known now: read in a few queries, nothing is written."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from django.db.models import Count

from aplus.accounts.models import Invitation, Membership, User
from aplus.accounts.queries import persons
from aplus.accounts.queries.persons import Person
from aplus.accounts.rules.inviting import is_address, proposed_flags
from aplus.accounts.rules.members import Flags
from aplus.annuaire.models import Groupe, OrganismeSide
from aplus.core.text import fold
from aplus.demandes.models import Part
from aplus.demandes.rules.life import DemandeState
from aplus.gestion.rules.imports import Line
from aplus.policy import decisions
from aplus.policy.actor import Actor

NAME_SIGNS = 100


class Outcome(StrEnum):
    """What becomes of a line (accounts.md §2)."""

    CREATED = "creee"
    ATTACHED = "rattachee"
    MOVED = "adresse"
    UNCHANGED = "inchangee"
    REFUSED = "refusee"


@dataclass(frozen=True)
class Planned:
    """One line with what it would do; `why` is what its reader is told of it."""

    line: Line
    outcome: Outcome
    why: str = ""
    groupe: Groupe | None = None
    flags: Flags = field(default_factory=Flags)
    # Whom it attaches or moves.
    user: User | None = None
    # A person who moves to another address and joins the groupe as well.
    joins: bool = False


@dataclass(frozen=True)
class Plan:
    """Every line of the file, in its order."""

    lines: Sequence[Planned]

    def count(self, outcome: Outcome) -> int:
        """How many lines have this outcome."""
        return sum(planned.outcome is outcome for planned in self.lines)

    @property
    def writes(self) -> bool:
        """Whether confirming would do anything."""
        return any(planned.outcome not in {Outcome.UNCHANGED, Outcome.REFUSED} for planned in self.lines)

    @property
    def digest(self) -> str:
        """What the reviewed page shows: another one since means another review."""
        shown = "\n".join(
            f"{one.line.number}|{one.outcome}|{one.why}|{one.groupe and one.groupe.pk}|{one.flags.label}"
            for one in self.lines
        )
        return hashlib.sha256(shown.encode()).hexdigest()


def plan(actor: Actor, lines: Sequence[Line], default: Groupe | None) -> Plan:
    """What these lines would do if this actor confirmed them now; `default` is the groupe of lines that name none."""
    known = _Known.of(actor, lines, default)
    planned = []
    met: dict[tuple[str, UUID | None], int] = {}
    for line in lines:
        one = known.plan(line)
        key = (line.email, one.groupe.pk if one.groupe else None)
        former = met.setdefault(key, line.number) if line.email else line.number
        if former != line.number and one.outcome is not Outcome.REFUSED:
            one = Planned(line, Outcome.REFUSED, f"La même personne est déjà à la ligne {former}.", one.groupe)
        planned.append(one)
    return Plan(planned)


def open_demandes(groupe_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many open demandes each of these groupes was addressed: what *instructeur* opens there."""
    rows = Part.objects.filter(groupe__in=list(groupe_ids)).exclude(demande_state=DemandeState.ARCHIVED)
    return dict(rows.order_by().values_list("groupe_id").annotate(number=Count("pk")))


class _No(Exception):
    """The line is refused; the message says why, in French."""


@dataclass(frozen=True)
class _Known:
    """What the lines are compared with."""

    actor: Actor
    default: Groupe | None
    groupes: Mapping[str, list[Groupe]]
    users: Mapping[str, User]
    held: Mapping[tuple[UUID, UUID], Membership]
    invited: frozenset[tuple[str, UUID]]
    movers: Mapping[UUID, Person]

    @classmethod
    def of(cls, actor: Actor, lines: Sequence[Line], default: Groupe | None) -> "_Known":
        """Read in queries whose number does not depend on the lines."""
        groupes = _groupes(actor, {fold(line.groupe) for line in lines if line.groupe})
        places = [each.pk for found in groupes.values() for each in found] + ([default.pk] if default else [])
        emails = {line.email for line in lines} | {line.former_email for line in lines}
        users = {user.email: user for user in User.objects.filter(email__in=emails - {""})}
        held = Membership.objects.filter(groupe__in=places, user__in=[user.pk for user in users.values()])
        waiting = Invitation.objects.filter(
            groupe__in=places, email__in=emails - {""}, accepted_at=None, withdrawn_at=None
        )
        moving = {users[line.former_email].pk for line in lines if line.former_email in users}
        return cls(
            actor=actor,
            default=default,
            groupes=groupes,
            users=users,
            held={(each.user_id, each.groupe_id): each for each in held},
            invited=frozenset(waiting.values_list("email", "groupe_id")),
            movers={each.user_id: each for each in persons.persons(moving)},
        )

    def plan(self, line: Line) -> Planned:
        """What one line would do."""
        groupe = None
        try:
            _require_readable(line)
            groupe = self._groupe(line)
            flags = _flags(line, groupe)
            return self._move(line, groupe, flags) if line.former_email else self._add(line, groupe, flags)
        except _No as no:
            return Planned(line, Outcome.REFUSED, str(no), groupe)

    def _groupe(self, line: Line) -> Groupe:
        if not line.groupe:
            if self.default is None:
                raise _No("Indiquez le groupe\u00a0: la colonne «\u00a0groupe\u00a0» est vide.")
            return self.default
        found = self.groupes.get(fold(line.groupe), [])
        if line.organisme:
            named = fold(line.organisme)
            found = [one for one in found if named in {one.organisme_id, fold(one.organisme.acronym)}]
        if not found:
            raise _No("Aucun groupe de ce nom parmi ceux que vous gérez.")
        if len(found) > 1:
            raise _No("Plusieurs groupes ont ce nom\u00a0: remplissez la colonne «\u00a0organisme\u00a0».")
        return found[0]

    def _add(self, line: Line, groupe: Groupe, flags: Flags) -> Planned:
        user = self.users.get(line.email)
        if user is None:
            if (line.email, groupe.pk) in self.invited:
                return Planned(line, Outcome.UNCHANGED, "Une invitation attend déjà sa réponse.", groupe, flags)
            return Planned(line, Outcome.CREATED, "", groupe, flags)
        self._require_other(user)
        if not user.is_active:
            raise _No("Ce compte est désactivé\u00a0: réactivez-le depuis la page du groupe.")
        membership = self.held.get((user.pk, groupe.pk))
        if membership is None:
            return Planned(line, Outcome.ATTACHED, "", groupe, flags, user)
        why = "Déjà membre du groupe."
        if Flags.of(membership) != flags:
            why += " Ses rôles ne changent pas\u00a0: ils se modifient sur la page du groupe."
        return Planned(line, Outcome.UNCHANGED, why, groupe, Flags.of(membership), user)

    def _move(self, line: Line, groupe: Groupe, flags: Flags) -> Planned:
        """The account of the former address takes the new one; without such an account, the line is an usual one."""
        user = self.users.get(line.former_email)
        if user is None or line.former_email == line.email:
            return self._add(line, groupe, flags)
        self._require_other(user)
        if line.email in self.users:
            raise _No("Les deux adresses ont chacune un compte\u00a0: écrivez à l’équipe d’Administration+.")
        if not user.is_active:
            raise _No("Ce compte est désactivé\u00a0: réactivez-le avant de changer son adresse.")
        person = self.movers.get(user.pk)
        if person is None or not decisions.may_change_address(self.actor, person):
            raise _No(
                "Vous ne pouvez pas changer l’adresse de cette personne\u00a0: elle peut le faire elle-même, ou un "
                "superviseur, ou l’équipe d’Administration+."
            )
        joins = (user.pk, groupe.pk) not in self.held
        return Planned(line, Outcome.MOVED, "", groupe, flags, user, joins=joins)

    def _require_other(self, user: User) -> None:
        if user.pk == self.actor.user_id:
            raise _No("C’est votre propre compte\u00a0: personne ne s’ajoute soi-même à un groupe.")


def _groupes(actor: Actor, names: Iterable[str]) -> dict[str, list[Groupe]]:
    """The open groupes of these names whose members this actor manages."""
    rows = Groupe.objects.open().filter(sort_key__in=list(names)).select_related("organisme")
    found: dict[str, list[Groupe]] = defaultdict(list)
    for groupe in rows.prefetch_related("territoires"):
        if decisions.may_manage_members(actor, groupe):
            found[groupe.sort_key].append(groupe)
    return found


def _require_readable(line: Line) -> None:
    if line.problems:
        raise _No(" ".join(line.problems))
    if not line.email:
        raise _No("L’adresse e-mail manque.")
    for address in (line.email, line.former_email):
        if address and not is_address(address):
            raise _No(f"Cette adresse n’est pas complète\u00a0: «\u00a0{address[:80]}\u00a0».")
    if max(len(line.first_name), len(line.last_name), len(line.function)) > NAME_SIGNS:
        raise _No(f"Le prénom, le nom et la fonction ont {NAME_SIGNS} signes au plus.")


def _flags(line: Line, groupe: Groupe) -> Flags:
    """What the line says; where it says nothing of aidant or instructeur, what the organisme's side proposes."""
    is_aidant, is_instructeur = line.is_aidant, line.is_instructeur
    if is_aidant is None and is_instructeur is None:
        if groupe.organisme.side == OrganismeSide.BOTH and not line.is_responsable:
            raise _No("Dites si cette personne est aidant ou instructeur\u00a0: son organisme peut être les deux.")
        proposed = proposed_flags(groupe.organisme.side)
        is_aidant, is_instructeur = proposed.is_aidant, proposed.is_instructeur
    return Flags(bool(is_aidant), bool(is_instructeur), bool(line.is_responsable))
