"""Tables of the demandes; split by subject, imported from here."""

from aplus.demandes.models.demande import Demande, DemandeQuerySet, Draft
from aplus.demandes.models.holders import Following, Part, Participant, ParticipantKind, Reading
from aplus.demandes.models.mandat import Mandat
from aplus.demandes.models.thread import Audience, Message, ReplyAct, Transition

__all__ = [
    "Audience",
    "Demande",
    "DemandeQuerySet",
    "Draft",
    "Following",
    "Mandat",
    "Message",
    "Part",
    "Participant",
    "ParticipantKind",
    "Reading",
    "ReplyAct",
    "Transition",
]
