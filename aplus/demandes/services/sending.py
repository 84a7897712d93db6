"""Sending a draft: it becomes the demande of the same id, once (demandes.md §4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.urls import reverse

from aplus.access.keys import use_key
from aplus.annuaire.models import Groupe, Question, Territoire
from aplus.core import clock
from aplus.core.errors import AlreadyDone, NotAllowed, Overtaken, Refused, Unknown
from aplus.demandes.content import Authorisation, Block
from aplus.demandes.models import Demande, Draft, Mandat, ParticipantKind
from aplus.demandes.queries import choices
from aplus.demandes.queries import drafts as queries
from aplus.demandes.queries.drafts import OpenedDraft
from aplus.demandes.rules import checks
from aplus.demandes.rules.checks import Chosen, Person
from aplus.demandes.rules.life import DemandeEvent, DemandeState
from aplus.demandes.rules.steps import Checked, Step
from aplus.demandes.services import telling
from aplus.demandes.services.acting import Act
from aplus.demandes.services.drafts import CHANGED_ELSEWHERE
from aplus.demandes.services.inviting import join_co_author
from aplus.demandes.services.mandat import schedule
from aplus.policy import decisions
from aplus.policy.actor import Actor
from aplus.vault.keys import Place

T = TypeVar("T")

NOT_ATTESTED = "Cochez cette case pour attester que la personne vous a donné son autorisation."
INCOMPLETE = "Il manque quelque chose avant d'envoyer : complétez les étapes indiquées."


@dataclass(frozen=True)
class Review:
    """The first three steps of a draft, checked as sending does, with what the checks read."""

    places: choices.Places
    groupes: Sequence[Groupe]
    questions: Sequence[Question]
    organismes: Checked[Chosen]
    usager: Checked[Person]
    blocage: Checked[Block]

    @property
    def problems(self) -> dict[Step, dict[str, list[str]]]:
        """What to correct, by step; nothing when the draft can be sent."""
        found = {
            Step.ORGANISMES: self.organismes.problems,
            Step.USAGER: self.usager.problems,
            Step.BLOCAGE: self.blocage.problems,
        }
        return {step: problems for step, problems in found.items() if problems}


def review(actor: Actor, draft: OpenedDraft) -> Review:
    """Check the three steps against what may be chosen at this moment."""
    chosen_before = draft.typed(Step.ORGANISMES)
    places = choices.places(actor, chosen_before, chosen_before)
    ticked = set(chosen_before.all("groupes"))
    groupes = [one for one in places.groupes if str(one.id) in ticked]
    questions = choices.questions((groupe.organisme_id for groupe in groupes), draft.typed(Step.BLOCAGE))
    return Review(
        places=places,
        groupes=groupes,
        questions=questions,
        organismes=checks.check_organismes(chosen_before, places.offer),
        usager=checks.check_usager(
            draft.typed(Step.USAGER),
            needed=needed_identifiers(groupes),
            now=clock.now(),
            zone=zone_of(places.territoire),
            is_final=True,
        ),
        blocage=checks.check_blocage(draft.typed(Step.BLOCAGE), as_asked(questions)),
    )


def needed_identifiers(groupes: Sequence[Groupe]) -> frozenset[str]:
    """The identifiers of the usager that the organismes of these groupes need."""
    return frozenset(name for groupe in groupes for name in groupe.organisme.identifiers)


def as_asked(questions: Sequence[Question]) -> list[checks.Question]:
    """Guided questions as the checks read them."""
    return [checks.Question(one.organisme_id, one.code, one.label) for one in questions]


def zone_of(territoire: Territoire | None) -> ZoneInfo:
    """The clock of the territoire; that of Paris until one is chosen."""
    return ZoneInfo(territoire.timezone if territoire else "Europe/Paris")


def send(
    actor: Actor,
    draft_id: UUID,
    *,
    colleagues: Sequence[UUID],
    attested: bool,
    key: UUID,
    version: int | None = None,
) -> UUID:
    """Turn the draft into the demande of the same id; that id.

    `version` is the one whose recap was read (None: whichever). Raises AlreadyDone (sent before: leads to the
    demande), Unknown (no such draft, or a colleague who is not to be chosen), NotAllowed, Overtaken (the draft
    changed since the recap), Refused (not attested, or a step to complete).
    """
    if not decisions.may_create_demande(actor):
        raise NotAllowed
    location = reverse("demandes:page", args=[draft_id])
    with transaction.atomic():
        draft = queries.own_locked(actor, draft_id)
        if draft is None:
            if queries.was_sent(actor, draft_id):
                raise AlreadyDone(location)
            raise Unknown
        use_key(actor, key, location)
        if draft.is_stale(version, key):
            raise Overtaken(CHANGED_ELSEWHERE)
        checked = review(actor, draft)
        _require_complete(checked, attested=attested)
        _create(actor, draft, checked, _colleagues(actor, checked, colleagues))
        Draft.objects.filter(pk=draft.id).delete()
    return draft_id


def _require_complete(checked: Review, *, attested: bool) -> None:
    problems: dict[str, list[str]] = {}
    if checked.problems:
        problems[""] = [INCOMPLETE]
    if not attested:
        problems["attestation"] = [NOT_ATTESTED]
    if problems:
        raise Refused(problems)


def _colleagues(actor: Actor, checked: Review, wanted: Sequence[UUID]) -> list[UUID]:
    if not wanted:
        return []
    chosen = _value(checked.organismes)
    known = {person.id for person in choices.colleagues(actor, chosen.structure)}
    if not set(wanted) <= known:
        raise Unknown
    return list(dict.fromkeys(wanted))


def _create(actor: Actor, draft: OpenedDraft, checked: Review, colleagues: Sequence[UUID]) -> None:
    chosen, person, block = _value(checked.organismes), _value(checked.usager), _value(checked.blocage)
    authorisation = person.authorisation
    if authorisation is None:
        raise Refused.because(INCOMPLETE)
    block = replace(block, precautions=person.precautions, reason=chosen.reason)
    demande = _demande(actor, draft, chosen, person, block)
    demande.save(force_insert=True)
    act = Act(actor, demande, demande.created_at, draft.key)
    act.join(_author_id(actor), ParticipantKind.AUTHOR, demande.structure_id)
    act.record(DemandeEvent.SEND)
    parts = [act.address(groupe) for groupe in _with_places(checked.groupes)]
    joined = {user_id for user_id in colleagues if join_co_author(act, user_id)}
    mandat = _write_mandat(draft, demande, authorisation)
    act.finish("envoi", codes={"groupes": len(parts), "mandat": str(mandat.id), "attestation": True})
    told = telling.groupes_as_sent(act, parts)
    told.always |= joined
    telling.tell(act, "envoi", told)


def _demande(actor: Actor, draft: OpenedDraft, chosen: Chosen, person: Person, block: Block) -> Demande:
    now = clock.now()
    key, author_id = draft.key, _author_id(actor)
    demande = Demande(
        id=draft.id,
        number=_next_number(),
        territoire_id=chosen.territoire,
        thematique_id=chosen.thematique,
        structure_id=UUID(chosen.structure),
        author_id=author_id,
        state=DemandeState.SENT,
        is_urgent=bool(block.urgency),
        created_at=now,
        attested_at=now,
        acted_at=now,
        author_activity_at=now,
        author_activity_by_id=author_id,
        author_word_at=now,
        author_word_by_id=author_id,
        instructeur_activity_at=now,
        instructeur_activity_by_id=author_id,
        instructeur_word_at=now,
        instructeur_word_by_id=author_id,
        subject_sealed=key.seal(Place("demande", "subject", draft.id), person.subject),
        usager_sealed=key.seal_json(Place("demande", "usager", draft.id), person.usager.to_json()),
        content_sealed=key.seal_json(Place("demande", "content", draft.id), block.to_json()),
    )
    demande.part_list, demande.participant_list = [], []
    return demande


def _write_mandat(draft: OpenedDraft, demande: Demande, authorisation: Authorisation) -> Mandat:
    mandat = Mandat(
        id=draft.mandat_id,
        demande=demande,
        sealed=draft.key.seal_json(Place("mandat", "content", draft.mandat_id), authorisation.to_json()),
        ends_on=authorisation.until,
        created_at=demande.created_at,
    )
    schedule(mandat, demande, demande.created_at)
    mandat.save(force_insert=True)
    return mandat


def _with_places(groupes: Sequence[Groupe]) -> Sequence[Groupe]:
    """The groupes with their territoires, whose calendars count the delays."""
    rows = Groupe.objects.filter(pk__in=[groupe.id for groupe in groupes])
    return list(rows.select_related("organisme").prefetch_related("territoires").order_by("sort_key"))


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('demande_number')")
        return int(cursor.fetchone()[0])


def _author_id(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise NotAllowed
    return actor.user_id


def _value(checked: Checked[T]) -> T:
    """What a step holds once nothing is left to correct."""
    if checked.value is None:
        raise Refused.because(INCOMPLETE)
    return checked.value
