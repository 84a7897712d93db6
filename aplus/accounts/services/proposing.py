"""What members put to those who manage their groupe, and the answer; nothing happens before it."""

from uuid import UUID

from django.db import transaction

from aplus.access.keys import use_key
from aplus.accounts.models import Membership, Proposal, ProposalKind
from aplus.accounts.queries import actors, managers
from aplus.accounts.queries.inviting import plan
from aplus.accounts.queries.persons import Member
from aplus.accounts.rules.inviting import Outcome
from aplus.accounts.rules.members import Flags
from aplus.accounts.services import closing, inviting, members
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.core.errors import NotAllowed, Overtaken, Refused, Unknown
from aplus.journal import services as journal
from aplus.notifications.services import tell
from aplus.policy import decisions
from aplus.policy.actor import Actor

# The words of X-Aplus-Evenement; the answers are those of `inviting`, which also answers by adding.
PROPOSED = "proposition"
ANSWERED = "Quelqu’un vient de répondre à cette proposition."
ALREADY_MEMBER = "Cette personne fait déjà partie du groupe."
CLOSED_ACCOUNT = "Le compte de cette personne est désactivé\u00a0: faites-le réactiver plutôt que de l’ajouter."


def propose_arrival(actor: Actor, groupe_id: UUID, email: str, *, key: UUID, location: str) -> None:
    """Put a colleague's address (in lower case) to those who decide; waiting already, it is asked once.

    Raises NotAllowed, Unknown, Overtaken (closed), Refused (a member already), AlreadyDone.
    """
    with transaction.atomic():
        groupe = _held(actor, groupe_id)
        use_key(actor, key, location)
        if Membership.objects.filter(groupe=groupe, user__email=email).exists():
            raise Refused.because(ALREADY_MEMBER, "email")
        _propose(actor, groupe, ProposalKind.ARRIVAL, email=email)


def propose_departure(actor: Actor, groupe_id: UUID, user_id: UUID, *, key: UUID, location: str) -> None:
    """Signal that a colleague has left. Raises NotAllowed, Unknown (no such member), AlreadyDone."""
    with transaction.atomic():
        groupe = _held(actor, groupe_id)
        use_key(actor, key, location)
        is_colleague = Membership.objects.filter(groupe=groupe, user=user_id, user__is_active=True).exists()
        if not is_colleague or user_id == actor.user_id:
            raise Unknown
        _propose(actor, groupe, ProposalKind.DEPARTURE, person_id=user_id)


def refuse(actor: Actor, groupe_id: UUID, proposal_id: UUID, *, key: UUID, location: str) -> None:
    """Answer no; who proposed is told. Raises NotAllowed, Unknown, Overtaken, AlreadyDone."""
    with transaction.atomic():
        groupe = inviting.hold(actor, [groupe_id])[groupe_id]
        use_key(actor, key, location)
        _answer(actor, _waiting(groupe, proposal_id), is_accepted=False)


def accept(actor: Actor, groupe_id: UUID, proposal_id: UUID, flags: Flags | None, *, key: UUID, location: str) -> None:
    """Answer yes, and do it; `flags` are those of who arrives.

    Raises NotAllowed, Unknown, Overtaken (answered, gone), Refused (a closed account), TooMany, AlreadyDone.
    """
    with transaction.atomic():
        if Proposal.objects.filter(pk=proposal_id, groupe=groupe_id, kind=ProposalKind.RETURN).exists():
            _take_back(actor, groupe_id, proposal_id, key=key, location=location)
            return
        groupe = inviting.hold(actor, [groupe_id])[groupe_id]
        use_key(actor, key, location)
        proposal = _waiting(groupe, proposal_id)
        _answer(actor, proposal, is_accepted=True)
        if proposal.kind == ProposalKind.DEPARTURE and proposal.person_id is not None:
            members.remove(actor, Member(proposal.person_id, groupe))
        elif flags is not None:
            _bring(actor, groupe, proposal.email, flags)


def _bring(actor: Actor, groupe: Groupe, email: str, flags: Flags) -> None:
    (planned,) = plan(actor, groupe, [email])
    if planned.outcome in {Outcome.DEACTIVATED, Outcome.MALFORMED}:
        raise Refused.because(CLOSED_ACCOUNT)
    if planned.outcome is Outcome.ONESELF:
        raise NotAllowed
    if planned.outcome is Outcome.MEMBER:
        return
    if planned.user is not None:
        inviting.attach(actor, groupe, planned.user, flags)
    else:
        inviting.invite(actor, groupe, email, flags)


def _take_back(actor: Actor, groupe_id: UUID, proposal_id: UUID, *, key: UUID, location: str) -> None:
    """A person asks to come back: the account is opened first, which locks in its own order and settles the demand."""
    rows = Proposal.objects.filter(pk=proposal_id, groupe=groupe_id)
    proposal = rows.get()
    if proposal.decided_at is None and proposal.person_id is not None:
        closing.reactivate(actor, proposal.person_id, key=key, location=location, through=groupe_id)
        if rows.filter(is_accepted=True).exists():
            return
    elif not decisions.may_manage_members(actors.as_of_now(actor), proposal.groupe):
        raise NotAllowed
    else:
        use_key(actor, key, location)
    raise Overtaken(ANSWERED)


def _held(actor: Actor, groupe_id: UUID) -> Groupe:
    """The groupe, locked: what is proposed twice at once is proposed once."""
    groupe = Groupe.objects.select_for_update(no_key=True).filter(pk=groupe_id).first()
    if groupe is None:
        raise Unknown
    # First whether it is open: a member of a closed groupe is no member any more.
    if groupe.closed_at is not None:
        raise Overtaken(inviting.CLOSED)
    if not decisions.may_propose_member(actors.as_of_now(actor), groupe):
        raise NotAllowed
    return groupe


def _propose(
    actor: Actor, groupe: Groupe, kind: ProposalKind, *, email: str = "", person_id: UUID | None = None
) -> None:
    now = clock.now()
    proposal, is_new = Proposal.objects.get_or_create(
        groupe=groupe,
        kind=kind,
        email=email,
        person_id=person_id,
        decided_at=None,
        defaults={"proposed_by_id": actor.user_id, "created_at": now},
    )
    if not is_new:
        return
    codes: dict[str, str | int | bool] = {"groupe": str(groupe.pk), "genre": kind.value}
    journal.write(actor, PROPOSED, kind="proposition", thing_id=proposal.pk, codes=codes)
    told = managers.deciders(groupe) - {actor.user_id}
    tell(act_id=proposal.pk, event=PROPOSED, at=now, people=told)


def _waiting(groupe: Groupe, proposal_id: UUID) -> Proposal:
    proposal = Proposal.objects.select_for_update().filter(pk=proposal_id, groupe=groupe).first()
    if proposal is None:
        raise Unknown
    if proposal.decided_at is not None:
        raise Overtaken(ANSWERED)
    return proposal


def _answer(actor: Actor, proposal: Proposal, *, is_accepted: bool) -> None:
    proposal.decided_at, proposal.decided_by_id, proposal.is_accepted = clock.now(), actor.user_id, is_accepted
    proposal.save(update_fields=["decided_at", "decided_by", "is_accepted"])
    event = inviting.ACCEPTED if is_accepted else inviting.REFUSED
    codes: dict[str, str | int | bool] = {"groupe": str(proposal.groupe_id), "genre": proposal.kind}
    journal.write(actor, event, kind="proposition", thing_id=proposal.pk, codes=codes)
    inviting.tell_answer(actor, proposal)
