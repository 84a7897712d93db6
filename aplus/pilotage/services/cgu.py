"""Versions of the terms of use: prepared, changed until they are in force, never after."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from aplus.accounts.models import CguVersion
from aplus.core import clock
from aplus.core.errors import Overtaken, Refused, Unknown
from aplus.pilotage.services.writing import note, require_as_seen, writing
from aplus.policy.actor import Actor

KIND = "cgu"
IN_FORCE = "Cette version est entrée en vigueur\u00a0: elle ne change plus. Préparez-en une autre."
# Moments are typed to the minute: the current one is not past.
MINUTE = timedelta(minutes=1)


def values_of(row: CguVersion) -> dict[str, Any]:
    """A version by the names of its form."""
    return {"libelle": row.version, "resume": row.summary, "texte": row.text, "vigueur": row.in_force_at}


def prepare(actor: Actor, values: Mapping[str, Any], *, key: str, location: str) -> None:
    """A new version, asked of everyone once in force. Raises Refused (label or moment taken, past), AlreadyDone."""
    with writing(actor, key, location):
        others = _locked()
        if any(other.version.casefold() == values["libelle"].casefold() for other in others):
            raise Refused.because("Une version porte déjà ce nom\u00a0: choisissez-en un autre.", "libelle")
        row = CguVersion(version=values["libelle"], created_at=clock.now(), published_by_id=actor.person_id)
        _fill(row, values, others)
        row.save(force_insert=True)
        note(actor, "cgu-preparee", KIND, version=row.version)


def change(actor: Actor, version: str, values: Mapping[str, Any], *, seen: str, key: str, location: str) -> None:
    """Another text, summary or moment; its name stays. Raises Overtaken, Refused, AlreadyDone, Unknown."""
    with writing(actor, key, location):
        others, row = _to_come(version)
        require_as_seen(values_of(row), seen, what="cette version")
        _fill(row, values, others)
        row.published_by_id = actor.person_id
        row.save()
        note(actor, "cgu-changee", KIND, version=row.version)


def withdraw(actor: Actor, version: str, *, key: str, location: str) -> None:
    """Forget one before anybody is asked it. Raises Overtaken, AlreadyDone, Unknown."""
    with writing(actor, key, location):
        _, row = _to_come(version)
        row.delete()
        note(actor, "cgu-retiree", KIND, version=version)


def _locked() -> list[CguVersion]:
    """All versions: who prepares another at the same moment waits, then sees this one."""
    return list(CguVersion.objects.select_for_update(of=("self",)).order_by("version"))


def _to_come(version: str) -> tuple[list[CguVersion], CguVersion]:
    rows = _locked()
    row = next((one for one in rows if one.version == version), None)
    if row is None:
        raise Unknown
    if row.in_force_at <= clock.now():
        raise Overtaken(IN_FORCE)
    return [one for one in rows if one is not row], row


def _fill(row: CguVersion, values: Mapping[str, Any], others: list[CguVersion]) -> None:
    at: datetime = values["vigueur"]
    if at <= clock.now() - MINUTE:
        raise Refused.because("Ce moment est déjà passé\u00a0: indiquez un moment à venir.", "vigueur")
    if any(other.in_force_at == at for other in others):
        raise Refused.because(
            "Une autre version entre en vigueur à ce moment\u00a0: choisissez-en un autre.", "vigueur"
        )
    row.text, row.summary, row.in_force_at = values["texte"], values["resume"], at
