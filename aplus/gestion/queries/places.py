"""What may be chosen for a groupe by this person: organismes and territoires of their scope, aidant organismes."""

from collections.abc import Sequence
from dataclasses import dataclass

from aplus.accounts.models import Membership
from aplus.annuaire.models import Groupe, Organisme, OrganismeSide, Territoire
from aplus.policy.actor import Actor


@dataclass(frozen=True)
class Places:
    """Everything to choose among; a superviseur chooses in their scope, the A+ team anywhere."""

    organismes: Sequence[Organisme]
    territoires: Sequence[Territoire]
    aidants: Sequence[Organisme]
    has_all_france: bool


NO_PLACES = Places((), (), (), has_all_france=False)


def places(actor: Actor) -> Places:
    """In two queries."""
    organismes, territoires = list(Organisme.objects.all()), list(Territoire.objects.all())
    aidants = [one for one in organismes if one.side != OrganismeSide.OPERATEUR]
    scope = actor.supervision
    if actor.is_administrateur or scope is None:
        return Places(organismes, territoires, aidants, has_all_france=True)
    return Places(
        [one for one in organismes if scope.organismes is None or one.code in scope.organismes],
        [one for one in territoires if scope.territoires is None or one.code in scope.territoires],
        aidants,
        has_all_france=scope.territoires is None,
    )


def number_of_members(groupe: Groupe) -> int:
    """Those whose account is active."""
    return Membership.objects.filter(groupe=groupe, user__is_active=True).count()
