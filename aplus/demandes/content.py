"""The shapes of what is sealed: the usager, the block, the mandat, a message; to JSON and back."""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

IDENTIFIERS = {
    "nir": "Numéro de sécurité sociale",
    "numero_caf": "Numéro d'allocataire CAF",
    "numero_fiscal": "Numéro fiscal",
}
PRECAUTIONS = {
    "ne-pas-contacter": "Ne pas écrire ni téléphoner à la personne",
    "adresse-secrete": "Adresse à ne pas communiquer",
    "prevenir-aidant": "Prévenir l'aidant d'abord",
}
URGENCIES = {
    "ressources": "Sans ressources",
    "expulsion": "Expulsion",
    "soins": "Soins interrompus",
    "violences": "Violences",
}
MANDAT_MODES = {"papier": "papier signé", "oral": "accord oral", "sms": "accord par SMS"}
MANDAT_MODE_LABELS = {"papier": "Sur papier, signé", "oral": "De vive voix", "sms": "Par SMS"}


@dataclass(frozen=True, slots=True)
class Usager:
    """Who is blocked. Identifiers by field; `unknown` lists those the usager does not know."""

    first_name: str
    last_name: str
    birth_name: str = ""
    birth_date: str = ""
    phone: str = ""
    identifiers: dict[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"

    def to_json(self) -> dict[str, Any]:
        """What is sealed."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Usager":
        """What was sealed."""
        return cls(**{**value, "unknown": tuple(value.get("unknown", ()))})


@dataclass(frozen=True, slots=True)
class Answer:
    """One guided question as it was asked, and its answer."""

    organisme: str
    code: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """What is blocked, since when, how urgent: the second half of a demande's content."""

    description: str
    infos: tuple[tuple[str, str], ...] = ()
    answers: tuple[Answer, ...] = ()
    urgency: str = ""
    urgency_on: date | None = None
    precautions: tuple[str, ...] = ()
    # Why more than three groupes were addressed.
    reason: str = ""

    def to_json(self) -> dict[str, Any]:
        """What is sealed."""
        value = asdict(self)
        value["urgency_on"] = self.urgency_on.isoformat() if self.urgency_on else None
        return value

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Block":
        """What was sealed."""
        return cls(
            description=value["description"],
            infos=tuple((name, text) for name, text in value["infos"]),
            answers=tuple(Answer(**answer) for answer in value["answers"]),
            urgency=value["urgency"],
            urgency_on=date.fromisoformat(value["urgency_on"]) if value["urgency_on"] else None,
            precautions=tuple(value["precautions"]),
            reason=value["reason"],
        )


@dataclass(frozen=True, slots=True)
class Authorisation:
    """The mandat's content (demandes.md §8)."""

    mode: str
    obtained_at: datetime
    until: date
    read_by: str = ""
    # Made with A+ and signed, rather than already there.
    is_made_here: bool = False

    def to_json(self) -> dict[str, Any]:
        """What is sealed."""
        return {**asdict(self), "obtained_at": self.obtained_at.isoformat(), "until": self.until.isoformat()}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Authorisation":
        """What was sealed."""
        return cls(
            mode=value["mode"],
            obtained_at=datetime.fromisoformat(value["obtained_at"]),
            until=date.fromisoformat(value["until"]),
            read_by=value["read_by"],
            is_made_here=value["is_made_here"],
        )


@dataclass(frozen=True, slots=True)
class Said:
    """The text of a message, the named information sent with it, and the groupes it proposes (id, name)."""

    text: str
    infos: tuple[tuple[str, str], ...] = ()
    proposed: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """What is sealed."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Said":
        """What was sealed."""
        return cls(
            text=value["text"],
            infos=tuple((name, text) for name, text in value["infos"]),
            proposed=tuple((groupe_id, name) for groupe_id, name in value["proposed"]),
        )
