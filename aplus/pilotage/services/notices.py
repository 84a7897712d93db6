"""Banners above every page and the closing of the site: effective at the next request."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from aplus.core import clock
from aplus.core.errors import Overtaken, Refused, Unknown
from aplus.pilotage.services.writing import note, require_as_seen, writing
from aplus.policy.actor import Actor
from aplus.ui.models import Banner, Maintenance

KIND = "bandeau"
OVER = "Ce bandeau est déjà terminé\u00a0: créez-en un autre."


def banner_values(banner: Banner) -> dict[str, Any]:
    """A banner by the names of its form."""
    return {
        "genre": banner.kind,
        "titre": banner.title,
        "texte": banner.text,
        "public": banner.is_public,
        "du": banner.from_at,
        "au": banner.until_at,
    }


def maintenance_values(row: Maintenance) -> dict[str, Any]:
    """The closing of the site by the names of its form."""
    return {"fermer": row.is_on, "message": row.message, "retour": row.until_at}


def add_banner(actor: Actor, values: Mapping[str, Any], *, key: str, location: str) -> None:
    """Say something above every page, from one moment to another. Raises Refused, AlreadyDone."""
    with writing(actor, key, location):
        banner = Banner(id=uuid4(), created_at=clock.now())
        _fill(banner, values)
        banner.save(force_insert=True)
        note(actor, "bandeau-cree", KIND, thing_id=banner.pk)


def change_banner(
    actor: Actor, banner_id: UUID, values: Mapping[str, Any], *, seen: str, key: str, location: str
) -> None:
    """Say it otherwise. Raises Overtaken (changed meanwhile, over), Refused, AlreadyDone."""
    with writing(actor, key, location):
        banner = _locked(banner_id)
        _require_not_over(banner, clock.now())
        require_as_seen(banner_values(banner), seen, what="ce bandeau")
        _fill(banner, values)
        banner.save()
        note(actor, "bandeau-change", KIND, thing_id=banner.pk)


def end_banner(actor: Actor, banner_id: UUID, *, key: str, location: str) -> None:
    """Take it down now. Raises Overtaken when it is not up."""
    with writing(actor, key, location):
        banner, now = _locked(banner_id), clock.now()
        _require_not_over(banner, now)
        if banner.from_at >= now:
            raise Overtaken("Ce bandeau n’est pas encore montré\u00a0: supprimez-le, ou changez ses dates.")
        banner.until_at = now
        banner.save(update_fields=["until_at"])
        note(actor, "bandeau-termine", KIND, thing_id=banner.pk)


def delete_banner(actor: Actor, banner_id: UUID, *, key: str, location: str) -> None:
    """Forget one that nobody has seen. Raises Overtaken once it was shown."""
    with writing(actor, key, location):
        banner = _locked(banner_id)
        if banner.from_at <= clock.now():
            raise Overtaken("Ce bandeau a déjà été montré\u00a0: il peut être terminé, non supprimé.")
        banner.delete()
        note(actor, "bandeau-supprime", KIND, thing_id=banner_id)


def change_maintenance(actor: Actor, values: Mapping[str, Any], *, seen: str, key: str, location: str) -> None:
    """Close the site or open it, with a word. Raises Overtaken, Refused, AlreadyDone."""
    with writing(actor, key, location):
        Maintenance.objects.get_or_create(pk=Maintenance.ROW)
        row = Maintenance.objects.select_for_update().get(pk=Maintenance.ROW)
        now = clock.now()
        require_as_seen(maintenance_values(row), seen, what="cet état")
        if values["fermer"] and values["retour"] is not None and values["retour"] <= now:
            raise Refused.because("Le retour prévu est déjà passé\u00a0: indiquez un moment à venir.", "retour")
        row.is_on, row.message, row.until_at = values["fermer"], values["message"], values["retour"]
        row.changed_at = now
        row.save()
        note(actor, "maintenance", "maintenance", ferme=row.is_on)


def _locked(banner_id: UUID) -> Banner:
    banner = Banner.objects.select_for_update().filter(pk=banner_id).first()
    if banner is None:
        raise Unknown
    return banner


def _require_not_over(banner: Banner, now: datetime) -> None:
    if banner.until_at is not None and banner.until_at <= now:
        raise Overtaken(OVER)


def _fill(banner: Banner, values: Mapping[str, Any]) -> None:
    until = values["au"]
    if until is not None and until <= values["du"]:
        raise Refused.because("La fin vient avant le début\u00a0: corrigez l’une des deux dates.", "au")
    if until is not None and until <= clock.now():
        raise Refused.because("Cette fin est déjà passée\u00a0: le bandeau ne serait jamais montré.", "au")
    banner.kind, banner.title, banner.text = values["genre"], values["titre"], values["texte"]
    banner.is_public, banner.from_at, banner.until_at = values["public"], values["du"], until
