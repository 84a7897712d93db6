"""Who is measured: ordinary people and the busiest ones, each with demandes they hold."""

from dataclasses import dataclass
from uuid import UUID

from django.core.handlers.wsgi import WSGIHandler
from django.db.models import Count

from aplus.accounts.models import Membership
from aplus.demandes.models import Part, Participant, ParticipantKind
from aplus.demandes.rules.life import DemandeState, PartState
from dev.bench.visits import Visitor, open_session

EACH = 10


@dataclass(frozen=True)
class Reader:
    """A person in front of a browser, and demandes of theirs that are open and already opened by their groupe."""

    visitor: Visitor
    demandes: list[UUID]
    is_aidant: bool


def choose(handler: WSGIHandler) -> list[Reader]:
    """Ten aidants and ten instructeurs: the busiest one, then others at even distances down to the middle."""
    return [*_aidants(handler), *_instructeurs(handler)]


def _aidants(handler: WSGIHandler) -> list[Reader]:
    own = Participant.objects.filter(kind=ParticipantKind.AUTHOR).exclude(demande_state=DemandeState.ARCHIVED)
    ranked = list(own.values_list("user").annotate(held=Count("pk")).order_by("-held", "user"))
    readers = []
    for user_id, _ in _spread(ranked):
        demandes = own.filter(user=user_id).order_by("-activity_at").values_list("demande_id", flat=True)[:30]
        readers.append(Reader(Visitor(handler, open_session(user_id)), list(demandes), is_aidant=True))
    return readers


def _instructeurs(handler: WSGIHandler) -> list[Reader]:
    parts = Part.objects.exclude(demande_state=DemandeState.ARCHIVED)
    ranked = list(parts.values_list("groupe").annotate(held=Count("pk")).order_by("-held", "groupe"))
    readers = []
    for groupe_id, _ in _spread(ranked):
        member = Membership.objects.filter(groupe=groupe_id, is_instructeur=True).earliest("user_id")
        opened = parts.filter(groupe=groupe_id, state=PartState.IN_CHARGE).order_by("-activity_at")
        demandes = list(opened.values_list("demande_id", flat=True)[:30])
        readers.append(Reader(Visitor(handler, open_session(member.user_id)), demandes, is_aidant=False))
    return [reader for reader in readers if reader.demandes]


def _spread(ranked: list[tuple[UUID, int]]) -> list[tuple[UUID, int]]:
    step = max(1, len(ranked) // 2 // EACH)
    return ranked[: step * EACH : step]
