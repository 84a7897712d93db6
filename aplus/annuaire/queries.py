"""Reading of places, open to everyone signed in; plain queries, so that a change on screen counts at once."""

import re

from django.db.models import Q, QuerySet

from aplus.annuaire import rules
from aplus.annuaire.models import Commune, Groupe, Territoire, Thematique

MAX_COMMUNES = 50

_POSTCODE = re.compile(r"(?<![0-9])[0-9]{5}(?![0-9])")
_MIN_PREFIX = 2
_ARTICLES = ("", "le ", "la ", "les ", "l ")


def territoires() -> QuerySet[Territoire]:
    """All of them, by code."""
    return Territoire.objects.all()


def thematiques() -> QuerySet[Thematique]:
    """The themes in the order of the screens; "autre" is not one of them."""
    return Thematique.objects.all()


def communes_like(text: str, limit: int = 20) -> list[Commune]:
    """The communes of this name, of this postcode, or of both ("95100 Argenteuil"), by name.

    The beginning of a name is enough, from two signs; accents, case, hyphens and a missing article do not matter.
    """
    postcode = _POSTCODE.search(text)
    name = rules.place_key(_POSTCODE.sub(" ", text))
    if not postcode and len(name) < _MIN_PREFIX:
        return []
    found = Commune.objects.select_related("territoire")
    if postcode:
        found = found.filter(postcodes__contains=[postcode[0]])
    if name:
        begins = Q()
        for article in _ARTICLES:
            begins |= Q(sort_key__startswith=article + name)
        found = found.filter(begins)
    return list(found[: min(limit, MAX_COMMUNES)])


def calendar_of(territoire: Territoire, groupe: Groupe) -> rules.Calendar:
    """The calendar of this groupe's part of a demande of this territoire; no query when `territoires` is prefetched."""
    if groupe.is_national:
        return territoire.calendar
    covered = {each.code: each.calendar for each in groupe.territoires.all()}
    return rules.calendar_of(territoire.code, covered, territoire.calendar)
