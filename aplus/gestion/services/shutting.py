"""Closing a groupe: never deleted, its rights end at once, what it had open goes to another (accounts.md §4)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from aplus.access.keys import read_key, use_key
from aplus.accounts.models import Invitation, Proposal
from aplus.accounts.queries import actors
from aplus.accounts.services import groupes, members
from aplus.annuaire.models import Groupe
from aplus.core import clock, jobs
from aplus.core.errors import NotAllowed, Overtaken, Refused, Unknown
from aplus.demandes.queries import moving
from aplus.demandes.queries.moving import Weight
from aplus.demandes.services.moving import TAKE_OVER
from aplus.gestion.queries import shutting as queries
from aplus.journal import services as journal
from aplus.notifications.services import tell
from aplus.policy import decisions
from aplus.policy.actor import Actor

ALREADY = "Ce groupe vient d’être fermé."
NEEDED = "Choisissez le groupe qui prend la suite des demandes ouvertes."
NO_INSTRUCTEUR = (
    "Aucun instructeur n’est actif dans ce groupe\u00a0: choisissez-en un autre, ou ajoutez-lui d’abord des membres."
)


def close(actor: Actor, groupe_id: UUID, successor_id: UUID | None, *, key: str, location: str) -> None:
    """Close it now; the worker moves what is open right after. Raises NotAllowed, Unknown, Refused, Overtaken…"""
    with transaction.atomic():
        groupe = groupes.locked(groupe_id)
        now = actors.as_of_now(actor)
        if not decisions.may_edit_groupe(now, groupe):
            raise NotAllowed
        use_key(actor, read_key(key), location)
        if groupe.closed_at is not None:
            raise Overtaken(ALREADY)
        weight = moving.weight(groupe.pk)
        successor = _chosen(groupe, queries.successors(now, groupe), successor_id)
        _require_taken_over(groupe, successor, weight)
        _close(actor, groupe, successor, weight, clock.now())


def _chosen(groupe: Groupe, offered: Sequence[Groupe], successor_id: UUID | None) -> Groupe | None:
    """Held too: it is not to close at the same moment."""
    if successor_id is None:
        return None
    if successor_id not in {one.pk for one in offered}:
        raise Unknown
    successor = groupes.locked(successor_id)
    if successor.closed_at is not None or successor.organisme_id != groupe.organisme_id:
        raise Overtaken(f"Le groupe {successor.name} vient de changer\u00a0: choisissez-en un autre.")
    return successor


def _require_taken_over(groupe: Groupe, successor: Groupe | None, weight: Weight) -> None:
    if successor is None:
        if weight.is_any:
            raise Refused.because(NEEDED, "successeur")
        return
    if (weight.parts or weight.processed) and not moving.has_instructeurs(successor.pk):
        raise Refused.because(NO_INSTRUCTEUR, "successeur")
    if number := moving.number_between(groupe.pk, successor.pk):
        raise Refused.because(
            f"Des demandes en cours ({number}) ont été envoyées par ce groupe à celui que vous choisissez\u00a0: "
            "une structure ne peut pas se saisir elle-même. Choisissez-en un autre, ou attendez leur archivage.",
            "successeur",
        )


def _close(actor: Actor, groupe: Groupe, successor: Groupe | None, weight: Weight, now: datetime) -> None:
    told = members.active_members(groupe.pk) - {actor.user_id}
    groupe.closed_at, groupe.successor = now, successor
    groupe.save(update_fields=["closed_at", "successor"])
    Invitation.objects.filter(groupe=groupe, accepted_at=None, withdrawn_at=None).update(withdrawn_at=now)
    decided = {"decided_at": now, "decided_by_id": actor.user_id, "is_accepted": False}
    Proposal.objects.filter(groupe=groupe, decided_at=None).update(**decided)
    codes: dict[str, str | int | bool] = {"parts": weight.parts + weight.processed, "demandes": weight.sent}
    if successor is not None:
        codes["successeur"] = str(successor.pk)
    journal.write(actor, "groupe-ferme", kind="groupe", thing_id=groupe.pk, codes=codes)
    about = {"groupe": str(groupe.pk), "acteur": str(actor.user_id), **codes}
    tell(act_id=uuid4(), event=groupes.CLOSED, at=now, people=told, codes=about)
    if successor is None or not weight.is_any:
        return
    tell(
        act_id=uuid4(),
        event=groupes.TAKEN_OVER,
        at=now,
        people=members.active_members(successor.pk) - {actor.user_id},
        mailboxes=[successor.pk] if successor.told_mailbox else [],
        codes=about,
    )
    jobs.defer(TAKE_OVER, groupe_id=str(groupe.pk))
