"""Tables of people, one file per subject."""

from aplus.accounts.models.entering import Attempt, CguVersion, LinkEnd, LinkPurpose, Session, SignInLink
from aplus.accounts.models.factors import Passkey, RecoveryCode, TotpDevice
from aplus.accounts.models.inviting import EmailChange, Invitation, Proposal, ProposalKind
from aplus.accounts.models.people import (
    Absence,
    DigestChoice,
    MailChoice,
    Membership,
    MembershipChange,
    MembershipEvent,
    StandIn,
    User,
)
from aplus.accounts.models.scopes import Expertise, Observation, Supervision

__all__ = [
    "Absence",
    "Attempt",
    "CguVersion",
    "DigestChoice",
    "EmailChange",
    "Expertise",
    "Invitation",
    "LinkEnd",
    "LinkPurpose",
    "MailChoice",
    "Membership",
    "MembershipChange",
    "MembershipEvent",
    "Observation",
    "Passkey",
    "Proposal",
    "ProposalKind",
    "RecoveryCode",
    "Session",
    "SignInLink",
    "StandIn",
    "Supervision",
    "TotpDevice",
    "User",
]
