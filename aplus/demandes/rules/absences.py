"""Days away (demandes.md §6): which may be said, and where they stand on a given day."""

from datetime import date, timedelta
from enum import StrEnum

LONGEST = timedelta(days=366)


class Moment(StrEnum):
    """Both the first and the last day are days away."""

    COMING = "à venir"
    RUNNING = "en cours"
    OVER = "finie"


def moment_of(first: date, last: date, today: date) -> Moment:
    """Where an absence stands."""
    if today < first:
        return Moment.COMING
    return Moment.RUNNING if today <= last else Moment.OVER


def problems_of(first: date, last: date, today: date) -> dict[str, list[str]]:
    """What is wrong with the days of a new absence, by field."""
    if last < first:
        return {"au": ["Le dernier jour ne peut pas être avant le premier."]}
    if last < today:
        return {"au": ["Ces jours sont passés\u00a0: indiquez une absence en cours ou à venir."]}
    if last - first > LONGEST or first - today > LONGEST:
        return {"au": ["Une absence dure au plus un an, et commence dans l’année."]}
    return {}
