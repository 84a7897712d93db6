"""Demandes and people as policy sees them: plain values, no database."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from aplus.policy.actor import Actor, HeldMembership, Scope

ARCHIVED_AT = datetime(2026, 3, 1, tzinfo=UTC)
BEFORE, AFTER = ARCHIVED_AT - timedelta(days=30), ARCHIVED_AT + timedelta(days=1)

FRANCE_SERVICES, CCAS, CAF, CPAM = (uuid4() for _ in range(4))
ALL_OF_95 = Scope(frozenset({"95"}), None)


@dataclass(frozen=True)
class APart:
    """One addressed groupe."""

    groupe_id: UUID
    needed_identifiers: tuple[str, ...] = ()


@dataclass(frozen=True)
class APerson:
    """A person on the demande by name."""

    user_id: UUID
    kind: str
    via_groupe_id: UUID | None = None


@dataclass(frozen=True)
class ADemande:
    """A demande of France services Argenteuil to the CAF, unless said otherwise."""

    structure_id: UUID = FRANCE_SERVICES
    archived_at: datetime | None = None
    part_list: tuple[APart, ...] = (APart(CAF, ("numero_caf",)),)
    participant_list: tuple[APerson, ...] = field(default=())


@dataclass(frozen=True)
class AFile:
    """A file loaded for its reader."""

    demande: ADemande | None


@dataclass
class AMessage:
    """A message loaded for its reader."""

    demande: ADemande
    author_id: UUID


def member(groupe_id, *roles, since=BEFORE, **more):
    """Somebody signed in, who holds these roles in one groupe."""
    return Actor(
        user_id=more.pop("user_id", None) or uuid4(), memberships=(held(groupe_id, *roles, since=since),), **more
    )


def held(groupe_id, *roles, since=BEFORE):
    """One membership."""
    return HeldMembership(
        groupe_id=groupe_id,
        organisme_id="caf",
        is_aidant="aidant" in roles,
        is_instructeur="instructeur" in roles,
        is_responsable="responsable" in roles,
        instructeur_since=since if "instructeur" in roles else None,
    )


def on_it(actor, kind, via_groupe_id=None):
    """This person, on the demande by name."""
    return APerson(actor.user_id, kind, via_groupe_id)
