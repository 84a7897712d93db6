"""A person whose account is deactivated asks to come back, by a mailed link that opens nothing (accounts.md §2)."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from aplus.accounts.models import LinkPurpose, Proposal, ProposalKind, SignInLink, User
from aplus.accounts.queries import managers, persons
from aplus.accounts.queries.persons import Person
from aplus.accounts.rules.entering import LinkState
from aplus.accounts.services.entering import LinkOver, hash_of
from aplus.core import clock
from aplus.core.errors import Unknown
from aplus.journal import services as journal
from aplus.notifications.services import tell
from aplus.policy.actor import SYSTEM

# The word of X-Aplus-Evenement.
ASKED = "demande-de-retour"


def ask(token: str) -> None:
    """Put the return to those who decide for each remembered groupe; asked again, only what is missing is.

    Without groupe, or with a wider role, the A+ team is told. Uses the link up. Raises Unknown, LinkOver.
    """
    with transaction.atomic():
        rows = SignInLink.objects.select_for_update()
        link = rows.filter(token_hash=hash_of(token), purpose=LinkPurpose.ENTRY).first()
        if link is None:
            raise Unknown
        now = clock.now()
        state = link.state(now)
        if state is not LinkState.LIVE:
            raise LinkOver(state, link.suite)
        user = User.objects.select_for_update(no_key=True).filter(email=link.email, deleted_at=None).first()
        person = persons.person(user.pk) if user is not None and not user.is_active else None
        if person is None:
            raise LinkOver(LinkState.EXPIRED, link.suite)
        link.used_at = now
        link.save(update_fields=["used_at"])
        _put(person, now)


def _put(person: Person, now: datetime) -> None:
    journal.write(SYSTEM, ASKED, kind="compte", thing_id=person.user_id)
    is_for_the_team = person.is_administrateur or person.has_scope or not person.memberships
    if is_for_the_team:
        _tell(managers.administrateurs(), person.user_id, now)
    for membership in person.memberships:
        proposal, is_new = Proposal.objects.get_or_create(
            groupe=membership.groupe,
            kind=ProposalKind.RETURN,
            person=person.user,
            decided_at=None,
            defaults={"created_at": now},
        )
        if is_new and not is_for_the_team:
            told = managers.deciders(membership.groupe)
            _tell(told, person.user_id, now, act_id=proposal.pk, groupe_id=membership.groupe_id)


def _tell(
    people: set[UUID], user_id: UUID, now: datetime, *, act_id: UUID | None = None, groupe_id: UUID | None = None
) -> None:
    codes: dict[str, str | int | bool] = {"personne": str(user_id)}
    if groupe_id is not None:
        codes["groupe"] = str(groupe_id)
    tell(act_id=act_id or uuid4(), event=ASKED, at=now, people=people, codes=codes)
