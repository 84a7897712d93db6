"""Pure rules of inviting: addresses as people paste them, what becomes of each, how long an invitation lives."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from aplus.accounts.rules.entering import Limit
from aplus.accounts.rules.members import Flags

LIVES = timedelta(days=7)
KEPT = timedelta(days=30)
PROPOSAL_KEPT = timedelta(days=90)
MOST_AT_ONCE = 50
# Of one responsable; a superviseur or an administrateur brings whole networks in (accounts.md §1).
PER_DAY = (Limit(200, timedelta(days=1)),)
LONGEST_ADDRESS = 254

# By side of the organisme (product.md §4); "les_deux" proposes nothing: it is chosen.
PROPOSED = {"aidant": Flags(is_aidant=True), "operateur": Flags(is_instructeur=True)}

SEPARATORS = re.compile(r"[\s,;]+")
IN_BRACKETS = re.compile(r"<([^<>]*)>")
AROUND = "\"'«»“”()[]<>.:"
# What validate_email would take and no agent's address holds is a slip of the finger: an accent, a full-width sign.
ADDRESS = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([a-z0-9-]+\.)+[a-z][a-z0-9-]*[a-z0-9]"
)


class InvitationState(Enum):
    """What an invitation is worth."""

    LIVE = "live"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CLOSED = "its groupe is closed"


class Outcome(Enum):
    """What adding an address to a groupe does."""

    ATTACHED = "attached"
    INVITED = "invited"
    INVITED_AGAIN = "invited-again"
    MEMBER = "member"
    PENDING = "pending"
    DEACTIVATED = "deactivated"
    ONESELF = "oneself"
    MALFORMED = "malformed"

    @property
    def does_something(self) -> bool:
        """Whether a person or an invitation comes of it."""
        return self in {Outcome.ATTACHED, Outcome.INVITED, Outcome.INVITED_AGAIN}


@dataclass(frozen=True, slots=True)
class Wanted:
    """An address without account to invite, with the flags it will hold and what is known of the person."""

    email: str
    flags: Flags
    first_name: str = ""
    last_name: str = ""
    function: str = ""


def proposed_flags(side: str) -> Flags:
    """The flags proposed to who joins a groupe of an organisme of this side."""
    return PROPOSED.get(side, Flags())


def state_of(
    *,
    accepted_at: datetime | None,
    withdrawn_at: datetime | None,
    closed_at: datetime | None,
    expires_at: datetime,
    now: datetime,
) -> InvitationState:
    """What an invitation is worth now; who accepted or withdrew counts before what came later."""
    if accepted_at is not None:
        return InvitationState.ACCEPTED
    if withdrawn_at is not None:
        return InvitationState.WITHDRAWN
    if closed_at is not None:
        return InvitationState.CLOSED
    return InvitationState.LIVE if now < expires_at else InvitationState.EXPIRED


def read_addresses(text: str) -> list[str]:
    """What was typed or pasted, in lower case, each once and in order; the words around `<…>` are names, and dropped.

    What looks like no address is given back as it is, for its reader to mend.
    """
    found: list[str] = []
    start = 0
    for match in IN_BRACKETS.finditer(text):
        found += _words(text[start : match.start()], before_brackets=True)
        found += _words(match[1], before_brackets=False)
        start = match.end()
    return list(dict.fromkeys([*found, *_words(text[start:], before_brackets=False)]))


def is_address(word: str) -> bool:
    """Whether this can be the address of an agent: no accent, no space, a domain with a dot."""
    return len(word) <= LONGEST_ADDRESS and ADDRESS.fullmatch(word) is not None


def _words(text: str, *, before_brackets: bool) -> list[str]:
    words = [word.strip(AROUND).removeprefix("mailto:").lower() for word in SEPARATORS.split(text)]
    words = [word for word in words if word]
    return words[: _after_last_address(words)] if before_brackets else words


def _after_last_address(words: Iterable[str]) -> int:
    return max((rank + 1 for rank, word in enumerate(words) if "@" in word), default=0)
