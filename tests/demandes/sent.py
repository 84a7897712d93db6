"""Sending demandes in tests through the real services, in one line."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from aplus.accounts.queries.actors import actor_for
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.demandes.content import Authorisation, Block, Said, Usager
from aplus.demandes.models import Demande, Mandat, Part, ParticipantKind, ReplyAct
from aplus.demandes.rules.life import DemandeEvent, DemandeState
from aplus.demandes.services import replying, telling
from aplus.demandes.services.acting import Act
from aplus.demandes.services.inviting import join_co_author
from aplus.demandes.services.mandat import schedule
from aplus.vault.keys import Place
from aplus.vault.services import create_secret

SUBJECT = "Allocation suspendue sans explication"
USAGER = Usager(
    first_name="Ondine",
    last_name="Quartefeuille",
    birth_date="12/03/1985",
    phone="06 12 34 56 78",
    identifiers={"nir": "2850378006084", "numero_caf": "1234567"},
    unknown=("numero_fiscal",),
)
DESCRIPTION = "Sans ressources depuis deux mois, aucun courrier reçu."


def send(author: Any, structure: Groupe, groupes: Sequence[Groupe], **options: Any) -> Demande:
    """A demande as the last step of creation writes it; options: urgency, colleagues, at, until, usager, subject."""
    actor = actor_for(author.id)
    now: datetime = options.get("at") or clock.now()
    demande_id = uuid4()
    key = create_secret(demande_id)
    block = Block(description=DESCRIPTION, urgency=options.get("urgency", ""))
    territoire = structure.territoires.first()
    demande = Demande(
        id=demande_id,
        number=100_000 + Demande.objects.count() + 1,
        territoire=territoire,
        structure=structure,
        author=author,
        state=DemandeState.SENT,
        is_urgent=bool(block.urgency),
        **dict.fromkeys(("created_at", "attested_at", "acted_at"), now),
        **{f"{side}_{what}_at": now for side in ("author", "instructeur") for what in ("activity", "word")},
        **{f"{side}_{what}_by": author for side in ("author", "instructeur") for what in ("activity", "word")},
        subject_sealed=key.seal(Place("demande", "subject", demande_id), options.get("subject", SUBJECT)),
        usager_sealed=key.seal_json(Place("demande", "usager", demande_id), options.get("usager", USAGER).to_json()),
        content_sealed=key.seal_json(Place("demande", "content", demande_id), block.to_json()),
    )
    demande.part_list, demande.participant_list = [], []
    demande.save(force_insert=True)
    act = Act(actor, demande, now, key)
    act.join(author.id, ParticipantKind.AUTHOR, structure.id)
    act.record(DemandeEvent.SEND)
    parts = [act.address(groupe) for groupe in groupes]
    joined = {colleague.id for colleague in options.get("colleagues", ()) if join_co_author(act, colleague.id)}
    mandat_id = uuid4()
    until = options.get("until") or date(now.year + 1, now.month, 1)
    authorisation = Authorisation("papier", now - timedelta(hours=1), until)
    mandat = Mandat(
        id=mandat_id,
        demande=demande,
        sealed=key.seal_json(Place("mandat", "content", mandat_id), authorisation.to_json()),
        ends_on=authorisation.until,
        created_at=now,
    )
    schedule(mandat, demande, now)
    mandat.save(force_insert=True)
    act.finish("envoi")
    told = telling.groupes_as_sent(act, parts)
    told.always |= joined
    telling.tell(act, "envoi", told)
    return demande


def reply(person: Any, demande: Demande, text: str = "Bien reçu.", act: str = "reponse", **more: Any) -> None:
    """A reply through the service; `more` are fields of `replying.Reply`."""
    typed = replying.Reply(said=Said(text), act=ReplyAct(act), **more)
    replying.reply(actor_for(person.id), demande.id, typed, key=uuid4())


def part(demande: Demande, groupe: Groupe) -> Part:
    """The part of this groupe, as stored now."""
    return Part.objects.get(demande=demande, groupe=groupe)


def state(demande: Demande) -> str:
    """The state stored now."""
    return Demande.objects.values_list("state", flat=True).get(pk=demande.pk)


def address(demande: Demande, path: str = "") -> str:
    """The address of the demande's page, or of one of its acts."""
    return f"/demandes/{demande.id}/{path}"


def key() -> UUID:
    """A fresh one-time key."""
    return uuid4()
