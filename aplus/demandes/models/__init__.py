"""Tables of the demandes; split by subject, imported from here."""

from aplus.demandes.models.demande import Demande, DemandeQuerySet, Draft
from aplus.demandes.models.finding import ListChoice, SavedSearch, SearchEntry, UsualDelay
from aplus.demandes.models.holders import Following, Part, Participant, ParticipantKind, Reading
from aplus.demandes.models.mandat import Mandat
from aplus.demandes.models.steps import StepDone
from aplus.demandes.models.thread import Audience, Message, ReplyAct, ReplyDraft, Transition

__all__ = [
    "Audience",
    "Demande",
    "DemandeQuerySet",
    "Draft",
    "Following",
    "ListChoice",
    "Mandat",
    "Message",
    "Part",
    "Participant",
    "ParticipantKind",
    "Reading",
    "ReplyAct",
    "ReplyDraft",
    "SavedSearch",
    "SearchEntry",
    "StepDone",
    "Transition",
    "UsualDelay",
]
