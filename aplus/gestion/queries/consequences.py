"""What a change among the members of groupes leaves behind: numbers, counted before it is done."""

from collections.abc import Sequence
from dataclasses import dataclass

from aplus.accounts.models import Membership
from aplus.accounts.rules.members import Flags
from aplus.demandes.queries import leaving
from aplus.demandes.queries.leaving import Left


@dataclass(frozen=True)
class Consequence:
    """In one groupe: what somebody held, what they would hold, and the numbers."""

    membership: Membership
    held: Flags
    kept: Flags
    left: Left

    @property
    def opened(self) -> int | None:
        """How many demandes *instructeur* opens; None when it is not being given."""
        return self.left.addressed if self.kept.is_instructeur and not self.held.is_instructeur else None

    @property
    def back_to_groupe(self) -> int:
        """Demandes followed by the person, whose groupe follows them again."""
        return self.left.followed if self._loses_instructeur else 0

    @property
    def without_instructeur(self) -> int:
        """Demandes that wait for a groupe where nobody could read them any more."""
        return self.left.waiting if self._loses_instructeur and not self.left.others_instructeur else 0

    @property
    def without_aidant(self) -> int:
        """Demandes whose author's side would be empty."""
        return self.left.alone if self.held.is_aidant and not self.kept.is_aidant else 0

    @property
    def with_other_aidant(self) -> int:
        """Demandes that a co-author goes on with."""
        return self.left.led - self.left.alone if self.held.is_aidant and not self.kept.is_aidant else 0

    @property
    def is_last_responsable(self) -> bool:
        """Whether the groupe would have no responsable any more."""
        return self.held.is_responsable and not self.kept.is_responsable and not self.left.others_responsable

    @property
    def _loses_instructeur(self) -> bool:
        return self.held.is_instructeur and not self.kept.is_instructeur


def of_flags(membership: Membership, kept: Flags) -> Consequence:
    """Of giving and taking flags in one groupe."""
    return of_leaving([membership], kept)[0]


def of_leaving(memberships: Sequence[Membership], kept: Flags | None = None) -> list[Consequence]:
    """Of leaving each of these groupes; somebody whose account is closed leaves nothing more behind."""
    if not memberships:
        return []
    left = leaving.left_by(memberships[0].user_id, [one.groupe_id for one in memberships])
    return [Consequence(one, Flags.of(one), kept or Flags(), left[one.groupe_id]) for one in memberships]
