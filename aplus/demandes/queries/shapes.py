"""What the SQL of a query depends on in its reader: the number and kind of their roles, not who they are.

A query prepared for a shape (`core.prepared`) is made with the stand-in actor of that shape, then asked with the
values of a real one.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from aplus.core.errors import NotAllowed
from aplus.core.prepared import stand_in
from aplus.policy.actor import Actor, HeldMembership, Scope

# For each groupe held as aidant or instructeur, both flags; then whether the reader is an expert.
Shape: TypeAlias = tuple[tuple[tuple[bool, bool], ...], bool]
# Readers differ by what they hold, demandes by how many groupes they have: the usual combinations.
SHAPES_KEPT = 500
_DAYS = datetime(1901, 1, 1, tzinfo=UTC)


def shape_of(actor: Actor) -> Shape:
    """The shape of a signed-in reader."""
    return tuple((held.is_aidant, held.is_instructeur) for held in _held(actor)), actor.expertise is not None


def actor_of(shape: Shape) -> Actor:
    """The stand-in of a shape."""
    memberships, is_expert = shape
    return Actor(
        user_id=stand_in("person"),
        memberships=tuple(
            HeldMembership(
                groupe_id=stand_in(f"groupe{number}"),
                organisme_id="",
                is_aidant=is_aidant,
                is_instructeur=is_instructeur,
                is_responsable=False,
                instructeur_since=_DAYS + timedelta(days=number) if is_instructeur else None,
            )
            for number, (is_aidant, is_instructeur) in enumerate(memberships)
        ),
        expertise=Scope(None, None) if is_expert else None,
    )


def values_of(actor: Actor) -> dict[str, Any]:
    """What a reader, or the stand-in of a shape, puts in the places of a prepared query; nobody is NotAllowed."""
    if actor.user_id is None:
        raise NotAllowed
    values: dict[str, Any] = {"person": actor.user_id}
    for number, held in enumerate(_held(actor)):
        values[f"groupe{number}"] = held.groupe_id
        if held.is_instructeur:
            values[f"since{number}"] = held.instructeur_since
    return values


def _held(actor: Actor) -> list[HeldMembership]:
    return [held for held in actor.memberships if held.is_aidant or held.is_instructeur]
