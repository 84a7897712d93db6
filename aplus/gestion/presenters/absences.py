"""Days away, as the pages of one's account and of a groupe show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from aplus.accounts.models import Absence, Membership
from aplus.annuaire.models import Groupe
from aplus.demandes.rules.absences import Moment, moment_of
from aplus.ui.dates import day_label


@dataclass(frozen=True)
class AbsenceLine:
    """« Du 3 mars au 9 mars 2026 : en cours, Amir Benali remplace à France services Argenteuil »."""

    id: UUID
    who: str
    days: str
    moment: str
    stand_ins: list[str]
    set_by: str
    may_end: bool

    @property
    def end_label(self) -> str:
        """What the button says."""
        return "Annuler" if self.moment == Moment.COMING else "Terminer maintenant"


def absence_lines(absences: Iterable[Absence], today: date, *, is_own: bool) -> list[AbsenceLine]:
    """The absences that are not over; those of members end by who said them only."""
    return [_line(absence, today, is_own=is_own) for absence in absences if today <= absence.until_date]


def _line(absence: Absence, today: date, *, is_own: bool) -> AbsenceLine:
    is_of_another = absence.set_by_id is not None and absence.set_by_id != absence.user_id
    one_day = absence.from_date == absence.until_date
    days = f"Le {day_label(absence.from_date)}" if one_day else f"Du {day_label(absence.from_date)}"
    return AbsenceLine(
        id=absence.pk,
        who=absence.user.full_name,
        days=days if one_day else f"{days} au {day_label(absence.until_date)}",
        moment=moment_of(absence.from_date, absence.until_date, today),
        stand_ins=[f"{one.colleague.full_name} ({one.groupe.name})" for one in absence.named.all()],
        set_by=absence.set_by.full_name if is_of_another and absence.set_by else "",
        may_end=is_own or is_of_another,
    )


def colleagues_by_structure(beside: Sequence[Membership]) -> dict[Groupe, list[tuple[str, str]]]:
    """Whom a form offers, for each structure."""
    found: dict[Groupe, list[tuple[str, str]]] = {}
    for one in beside:
        found.setdefault(one.groupe, []).append((str(one.user_id), one.user.full_name))
    return found
