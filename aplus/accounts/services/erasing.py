"""What is kept of people, and no longer: the name of closed accounts, the history of groupes, answered proposals."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from aplus.accounts.models import (
    Absence,
    EmailChange,
    Expertise,
    Invitation,
    MailChoice,
    Membership,
    MembershipChange,
    Observation,
    Passkey,
    Proposal,
    RecoveryCode,
    Session,
    SignInLink,
    Supervision,
    TotpDevice,
    User,
)
from aplus.accounts.models.people import DELETED, both_hours
from aplus.accounts.rules import life
from aplus.accounts.services import resting
from aplus.accounts.services.people import name_key
from aplus.core import clock
from aplus.journal import services as journal
from aplus.policy.actor import SYSTEM

ACT = "compte-supprime"
# What is the person's own.
OWN = (
    *(Absence.objects, EmailChange.objects, Membership.objects, Session.objects),
    *(Expertise.objects, Observation.objects, Supervision.objects),
    *(Passkey.objects, RecoveryCode.objects, TotpDevice.objects),
)


def erase_closed(also: Callable[[UUID], None]) -> int:
    """Accounts closed twelve months ago become « Compte supprimé », each in its own transaction; how many.

    `also` erases, in the same transaction, what apps above keep of the person. Their address can be invited anew.
    """
    now = clock.now()
    before = life.after_months(now, -life.ERASED_AFTER)
    due = User.objects.filter(is_active=False, deleted_at=None, deactivated_at__lte=before)
    found = list(due.order_by("deactivated_at").values_list("pk", flat=True))
    return resting.each(found, lambda user_id: _erase(user_id, before, now, also), "erasure")


def purge() -> None:
    """The history of groupes after twelve months, proposals ninety days after their answer."""
    now = clock.now()
    MembershipChange.objects.filter(at__lte=life.after_months(now, -life.HISTORY_KEPT)).delete()
    Proposal.objects.filter(decided_at__lte=now - life.PROPOSALS_KEPT).delete()


def placeholder(user_id: UUID) -> str:
    """An address of nobody's: unique, and of a domain that no mail ever reaches (RFC 2606)."""
    return f"supprime-{user_id.hex}@invalid.invalid"


def _erase(user_id: UUID, before: datetime, now: datetime, also: Callable[[UUID], None]) -> bool:
    rows = User.objects.select_for_update(no_key=True, skip_locked=True)
    user = rows.filter(pk=user_id, is_active=False, deleted_at=None, deactivated_at__lte=before).first()
    if user is None:
        return False
    for rows_of in OWN:
        rows_of.filter(user=user).delete()
    SignInLink.objects.filter(email=user.email).delete()
    Invitation.objects.filter(email=user.email).delete()
    Proposal.objects.filter(email=user.email).delete()
    Proposal.objects.filter(person=user).delete()
    also(user.pk)
    user.email = placeholder(user.pk)
    user.first_name = user.function = user.phone = ""
    # The columns that queries join into a name say it as `full_name` does.
    user.last_name, user.sort_key = DELETED, name_key("", DELETED)
    user.forget_mail_fact()
    user.set_unusable_password()
    user.is_administrateur = False
    user.last_active_at = user.weekly_summary = None
    user.mail_choice, user.mail_hours = MailChoice.EACH, both_hours()
    user.deleted_at = now
    user.save()
    journal.write(SYSTEM, ACT, kind="compte", thing_id=user.pk)
    return True
