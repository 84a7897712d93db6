"""Whether people, mailboxes and invited addresses are reached by mail: what mail servers say of them, as it comes."""

from uuid import UUID

from aplus.accounts.models import Invitation, User
from aplus.annuaire.models import Groupe
from aplus.journal import services as journal
from aplus.notifications.models import Addressed
from aplus.notifications.registry import Heard
from aplus.policy.actor import SYSTEM

REFUSED, REACHED = "adresse-refusee", "adresse-jointe"


def hear(heard: Heard) -> None:
    """Note it on the account, the groupe or the invitation, when it is about the address that is there now."""
    found = _locked(heard)
    if found is None:
        return
    row, kind, thing_id, address = found
    since = row.mail_refused_since
    if address.lower() != heard.address or not row.hear(heard.delivery, heard.at):
        return
    row.save(update_fields=row.MAIL_FACT)
    if (since is None) != (row.mail_refused_since is None):
        act = REACHED if row.mail_refused_since is None else REFUSED
        journal.write(SYSTEM, act, kind=kind, thing_id=thing_id, codes={"etat": heard.delivery.value})


def _locked(heard: Heard) -> tuple[Addressed, str, UUID, str] | None:
    """The row held until the end of the transaction, its kind in the journal, its id, its address."""
    if heard.person_id is not None:
        user = User.objects.select_for_update(no_key=True).filter(pk=heard.person_id).first()
        return (user, "compte", user.pk, user.email) if user else None
    if heard.groupe_id is not None:
        groupe = Groupe.objects.select_for_update(no_key=True).filter(pk=heard.groupe_id).first()
        return (groupe, "groupe", groupe.pk, groupe.mailbox) if groupe else None
    if heard.invitation_id is not None:
        invitation = Invitation.objects.select_for_update(no_key=True).filter(pk=heard.invitation_id).first()
        return (invitation, "invitation", invitation.pk, invitation.email) if invitation else None
    return None
