"""Reading of places, open to everyone signed in; plain queries, so that a change on screen counts at once."""

import re

from django.db.models import Case, Q, QuerySet, When

from aplus.annuaire import rules
from aplus.annuaire.models import Commune, Groupe, Territoire, Thematique

MAX_COMMUNES = 50

_POSTCODE = re.compile(r"(?<![0-9])[0-9]{5}(?![0-9])|^\s*[0-9]{3,4}\s*$")
_POSTCODE_DIGITS = 5
_MIN_PREFIX = 2
_ARTICLES = ("", "le ", "la ", "les ", "l ")


def territoires() -> QuerySet[Territoire]:
    """All of them, by code."""
    return Territoire.objects.all()


def thematiques() -> QuerySet[Thematique]:
    """The themes that are offered, in the order of the screens; "autre" is not one of them."""
    return Thematique.objects.filter(retired_at=None)


def communes_like(text: str, limit: int = 20) -> list[Commune]:
    """The communes of this name, of this postcode, or of both ("95100 Argenteuil"), by name.

    The beginning of a name is enough, from two signs, and, alone, that of a postcode, from three digits; accents, case,
    hyphens and a missing article do not matter. Those whose whole name was typed come first.
    """
    postcode = _POSTCODE.search(text)
    name = _name_in(text)
    if not postcode and len(name) < _MIN_PREFIX:
        return []
    found = Commune.objects.select_related("territoire")
    if postcode:
        found = found.filter(postcodes__overlap=_postcodes_from(postcode[0].strip()))
    if name:
        begins = Q()
        for article in _ARTICLES:
            begins |= Q(sort_key__startswith=article + name)
        is_whole = Case(When(sort_key__in=_whole(name), then=0), default=1)
        found = found.filter(begins).order_by(is_whole, "sort_key", "code")
    return list(found[: min(limit, MAX_COMMUNES)])


def is_whole_name(commune: Commune, text: str) -> bool:
    """Whether all of this commune's name was typed, not only its beginning; its article does not count."""
    return commune.sort_key in _whole(_name_in(text))


def _name_in(text: str) -> str:
    return rules.place_key(_POSTCODE.sub(" ", text))


def _whole(name: str) -> list[str]:
    return [article + name for article in _ARTICLES]


def _postcodes_from(digits: str) -> list[str]:
    """Every postcode that begins so: the index of arrays knows whole ones only."""
    missing = _POSTCODE_DIGITS - len(digits)
    return [f"{digits}{end:0{missing}}" for end in range(10**missing)] if missing else [digits]


def calendar_of(territoire: Territoire, groupe: Groupe) -> rules.Calendar:
    """The calendar of this groupe's part of a demande of this territoire; no query when `territoires` is prefetched."""
    if groupe.is_national:
        return territoire.calendar
    covered = {each.code: each.calendar for each in groupe.territoires.all()}
    return rules.calendar_of(territoire.code, covered, territoire.calendar)
