"""How the demo's stories are written: who sends what to whom, then what each one does, and when.

Every `at` is "business days ago, time of day": "12 09:40". Texts hold dates as `dev.demo.days.dated` reads them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from aplus.demandes.models import ReplyAct


@dataclass(frozen=True)
class Person:
    """The invented usager; identifiers are made from these, for the organismes that need them."""

    first_name: str
    last_name: str
    birth_date: str
    # "f" or "h", and the département of birth ("99" abroad): the first digits of the NIR.
    sex: str = "f"
    born_in: str = "95"
    phone: str = ""
    birth_name: str = ""
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Given:
    """How the usager gave the mandat: `days_before` business days before sending, the same day by default."""

    mode: str = "papier"
    days_before: int = 0
    read_by: str = ""
    is_made_here: bool = False
    has_proof: bool = False


@dataclass(frozen=True)
class Paper:
    """An attachment: a page with a title and lines; `.pdf` or `.png` says which."""

    name: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Read:
    """Opens the page and reads."""

    at: str
    by: str


@dataclass(frozen=True)
class Say:
    """A reply, from either side, with what it does to the part; `promised` in business days from then."""

    at: str
    by: str
    text: str
    act: ReplyAct = ReplyAct.REPLY
    is_note: bool = False
    promised: int | None = None
    files: tuple[Paper, ...] = ()
    closes: tuple[str, ...] = ()
    proposed: tuple[str, ...] = ()
    usual_path: str = ""


@dataclass(frozen=True)
class Invite:
    """Brings groupes, colleagues by name or experts."""

    at: str
    by: str
    groupes: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    experts: tuple[str, ...] = ()
    reason: str = ""
    text: str = ""
    is_note: bool = False


@dataclass(frozen=True)
class CoAuthor:
    """Adds colleagues on the author's side."""

    at: str
    by: str
    colleagues: tuple[str, ...]


@dataclass(frozen=True)
class Give:
    """Has a colleague follow a groupe's part."""

    at: str
    by: str
    groupe: str
    to: str


@dataclass(frozen=True)
class Archive:
    """Closes the demande: "oui", "en_partie" or "non"."""

    at: str
    by: str
    unblocked: str
    remark: str = ""


@dataclass(frozen=True)
class StillBlocked:
    """Sends a processed demande back."""

    at: str
    by: str
    text: str


@dataclass(frozen=True)
class Reopen:
    """Opens an archived demande again."""

    at: str
    by: str
    text: str


@dataclass(frozen=True)
class News:
    """One line to the author's side of an archived demande."""

    at: str
    by: str
    text: str


@dataclass(frozen=True)
class Withdraw:
    """The usager takes the mandat back."""

    at: str
    by: str


Step: TypeAlias = Read | Say | Invite | CoAuthor | Give | Archive | StillBlocked | Reopen | News | Withdraw


@dataclass(frozen=True)
class Story:
    """One demande, from what is typed in the four steps to its last act; without `at`, a draft."""

    by: str
    at: str
    theme: str
    to: tuple[str, ...]
    subject: str
    who: Person
    text: str
    # Codes of questions.csv ("caf_prestation") and their answers.
    answers: Mapping[str, str] = field(default_factory=dict)
    infos: tuple[tuple[str, str], ...] = ()
    files: tuple[Paper, ...] = ()
    urgency: str = ""
    # Days from sending to the date of the urgency, past when negative.
    urgency_in: int | None = None
    precautions: tuple[str, ...] = ()
    mandat: Given = Given()
    reason: str = ""
    colleagues: tuple[str, ...] = ()
    # Identifiers given although no addressed organisme needs them yet.
    also: tuple[str, ...] = ()
    territoire: str = "95"
    then: Sequence[Step] = ()


@dataclass(frozen=True)
class Begun:
    """A draft: a story of which only the first steps were typed, `steps` of them."""

    story: Story
    steps: int


def says(at: str, by: str, text: str, *, files: tuple[Paper, ...] = ()) -> Say:
    """A plain reply."""
    return Say(at, by, text, files=files)


def notes(at: str, by: str, text: str) -> Say:
    """A note between instructeurs."""
    return Say(at, by, text, is_note=True)


def takes(at: str, by: str, text: str = "", promised: int | None = None) -> Say:
    """Takes charge, promising an answer or not."""
    return Say(at, by, text, act=ReplyAct.TAKE_CHARGE, promised=promised)


def asks(at: str, by: str, text: str) -> Say:
    """Asks for details."""
    return Say(at, by, text, act=ReplyAct.ASK_DETAILS)


def settles(
    at: str, by: str, text: str, *, files: tuple[Paper, ...] = (), closes: tuple[str, ...] = (), usual_path: str = ""
) -> Say:
    """Declares processed, with the parts closed by tick and the démarche that would have been enough."""
    return Say(at, by, text, act=ReplyAct.PROCESSED, files=files, closes=closes, usual_path=usual_path)


def declines(at: str, by: str, text: str, *proposed: str) -> Say:
    """Says it is not its groupe's competence, and who may have it."""
    return Say(at, by, text, act=ReplyAct.NOT_COMPETENT, proposed=proposed)
