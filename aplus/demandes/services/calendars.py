"""Which calendar a delay is counted in (demandes.md §6)."""

from aplus.annuaire.models import Groupe, Territoire
from aplus.annuaire.rules import Calendar, calendar_of
from aplus.demandes.models import Demande


def calendar_for(demande: Demande, groupe: Groupe) -> Calendar:
    """The calendar of the demande's territoire if the groupe covers it, else of the groupe's first territoire."""
    own = territoire_calendar(demande.territoire)
    if groupe.is_national:
        return own
    covered = {place.code: territoire_calendar(place) for place in groupe.territoires.all()}
    return calendar_of(demande.territoire_id, covered, own)


def territoire_calendar(territoire: Territoire) -> Calendar:
    """The clock and holidays of one territoire."""
    return Calendar(territoire.timezone, frozenset(territoire.local_holidays))
