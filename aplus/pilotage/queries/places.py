"""Every territoire and organisme by name: two small tables, read whole."""

from dataclasses import dataclass

from aplus.annuaire.models import Organisme, Territoire


@dataclass(frozen=True)
class Places:
    """The names behind the codes of scopes, filters and forms, in their order."""

    territoires: dict[str, str]
    organismes: dict[str, str]
    # The codes of the France services network, which scopes often are.
    network: frozenset[str]


def places() -> Places:
    """All of them: two queries."""
    organismes = list(Organisme.objects.only("code", "acronym", "is_france_services"))
    return Places(
        territoires={one.code: str(one) for one in Territoire.objects.only("code", "name")},
        organismes={one.code: one.acronym for one in organismes},
        network=frozenset(one.code for one in organismes if one.is_france_services),
    )
