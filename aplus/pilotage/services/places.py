"""Changing territoires and organismes on screen: a release's files no longer overwrite what was changed."""

from collections.abc import Mapping
from typing import Any

from aplus.annuaire.models import Organisme, Territoire
from aplus.core import clock
from aplus.core.errors import Refused, Unknown
from aplus.pilotage.rules.marks import mark_of
from aplus.pilotage.rules.reference import read_holidays
from aplus.pilotage.services.writing import note, require_as_seen, writing
from aplus.policy.actor import Actor

# What people of the organisme and the forms of new demandes depend on.
WITH_CONSEQUENCES = ("cote", "identifiants")


def territoire_values(row: Territoire) -> dict[str, Any]:
    """A territoire by the names of its form."""
    return {"nom": row.name, "fuseau": row.timezone, "feries": "\n".join(row.local_holidays)}


def organisme_values(row: Organisme) -> dict[str, Any]:
    """An organisme by the names of its form, without its code."""
    return {
        "sigle": row.acronym,
        "nom": row.name,
        "cote": row.side,
        "reseau": row.is_france_services,
        "thematiques": sorted(theme.code for theme in row.thematiques.all()),
        "identifiants": sorted(row.identifiers),
        "consigne": row.consigne,
    }


def change_territoire(
    actor: Actor, code: str, values: Mapping[str, Any], *, seen: str, key: str, location: str
) -> None:
    """Another name, clock or local holidays: due dates computed from then on follow, those stored stay."""
    with writing(actor, key, location):
        row = Territoire.objects.select_for_update().filter(code=code).first()
        if row is None:
            raise Unknown
        require_as_seen(territoire_values(row), seen, what="ce territoire")
        row.name, row.timezone = values["nom"], values["fuseau"]
        row.local_holidays, _ = read_holidays(values["feries"])
        row.edited_at = clock.now()
        row.save()
        note(actor, "territoire-change", "territoire", code=code)


def add_organisme(actor: Actor, values: Mapping[str, Any], *, key: str, location: str) -> None:
    """One more, under a code that never changes. Raises Refused (code taken), AlreadyDone."""
    with writing(actor, key, location):
        row = Organisme(code=values["code"])
        _, is_new = Organisme.objects.get_or_create(code=row.code, defaults={"acronym": "", "name": "", "side": ""})
        if not is_new:
            raise Refused.because("Un organisme porte déjà ce code\u00a0: choisissez-en un autre.", "code")
        _fill(row, values)
        note(actor, "organisme-cree", "organisme", code=row.code)


def change_organisme(actor: Actor, code: str, values: Mapping[str, Any], *, seen: str, key: str, location: str) -> None:
    """Other values; another side, or other identifiers, only for who confirms. Raises Overtaken, Refused, Unknown."""
    with writing(actor, key, location):
        row = Organisme.objects.select_for_update().filter(code=code).first()
        if row is None:
            raise Unknown
        now = organisme_values(row)
        require_as_seen(now, seen, what="cet organisme")
        touched = [name for name in WITH_CONSEQUENCES if mark_of({name: now[name]}) != mark_of({name: values[name]})]
        if touched and not values["confirme"]:
            raise Refused.because(
                "Vous changez le côté ou les identifiants\u00a0: lisez les conséquences en haut de la page, "
                "puis cochez cette case.",
                "confirme",
            )
        _fill(row, values)
        note(actor, "organisme-change", "organisme", code=code)


def _fill(row: Organisme, values: Mapping[str, Any]) -> None:
    row.acronym, row.name, row.side = values["sigle"], values["nom"], values["cote"]
    row.is_france_services, row.consigne = values["reseau"], values["consigne"]
    row.identifiers = sorted(values["identifiants"])
    row.edited_at = clock.now()
    row.save()
    row.thematiques.set(values["thematiques"])
