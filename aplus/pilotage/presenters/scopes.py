"""What a role covers, in words."""

from collections.abc import Mapping

from aplus.pilotage.queries.places import Places
from aplus.policy.actor import Actor, Scope

NO_TERRITOIRE, NO_ORGANISME = "aucun territoire", "aucun organisme"
ALL_FRANCE, ALL_ORGANISMES = "toute la France", "tous les organismes"
NETWORK = "organismes du réseau France services"


def territoires_text(codes: frozenset[str] | None, places: Places, most: int | None = None) -> str:
    """The territoires of a scope; None is all of them, an empty set is said to be nothing."""
    if codes is None:
        return ALL_FRANCE
    return _named(codes, places.territoires, most) or NO_TERRITOIRE


def organismes_text(codes: frozenset[str] | None, places: Places, most: int | None = None) -> str:
    """The organismes of a scope; those of the network are said in a word."""
    if codes is None:
        return ALL_ORGANISMES
    if codes and codes == places.network:
        return NETWORK
    return _named(codes, places.organismes, most) or NO_ORGANISME


def scope_text(scope: Scope, places: Places, most: int | None = None) -> str:
    """Both sides of a scope; beyond `most` names a side says how many others there are."""
    return (
        f"{territoires_text(scope.territoires, places, most)}\u00a0; {organismes_text(scope.organismes, places, most)}"
    )


def scopes(actor: Actor, places: Places) -> list[tuple[str, str]]:
    """What this reader's roles cover, each with its name."""
    said = []
    if actor.is_administrateur:
        said.append(("Votre périmètre", f"{ALL_FRANCE}\u00a0; {ALL_ORGANISMES}"))
    if actor.supervision is not None:
        said.append(("Votre périmètre de superviseur", scope_text(actor.supervision, places)))
    if actor.observation is not None:
        said.append(("Vous observez", organismes_text(actor.observation.organismes, places)))
    return said


def _named(codes: frozenset[str], names: Mapping[str, str], most: int | None) -> str:
    """The names in the order of the table."""
    found = [name for code, name in names.items() if code in codes]
    others = len(found) - most if most is not None else 0
    if others <= 0:
        return ", ".join(found)
    return f"{', '.join(found[:most])} et {others} autre{'s' if others > 1 else ''}"
