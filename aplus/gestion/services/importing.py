"""Bringing in the people of a file: everything that its review showed, in one transaction, or nothing."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from aplus.access.keys import use_key
from aplus.accounts.rules.inviting import Wanted
from aplus.accounts.services import addresses, inviting
from aplus.annuaire.models import Groupe
from aplus.core.errors import DomainError
from aplus.gestion.queries import importing as queries
from aplus.gestion.queries.importing import Outcome, Plan, Planned
from aplus.gestion.rules.imports import Line
from aplus.journal import services as journal
from aplus.policy.actor import Actor


class Changed(DomainError):
    """What the lines would do is no longer what the page showed; `plan` is what they would do now."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("another plan")
        self.plan = plan


def confirm(
    actor: Actor, lines: Sequence[Line], default: Groupe | None, *, seen: str, key: UUID, location: str
) -> Plan:
    """Do what the reviewed page showed (`seen` is its digest); each line by the service of its act.

    Raises Changed, NotAllowed, Overtaken (a groupe closed), TooMany (a responsable's invitations of the day),
    AlreadyDone; then nothing is written.
    """
    with transaction.atomic():
        use_key(actor, key, location)
        first = queries.plan(actor, lines, default)
        inviting.hold(actor, {one.groupe.pk for one in first.lines if one.groupe and _writes(one)})
        plan = queries.plan(actor, lines, default)
        if plan.digest != seen:
            raise Changed(plan)
        for groupe, planned in _by_groupe(plan):
            _bring_in(actor, groupe, planned)
        codes = {outcome.value: plan.count(outcome) for outcome in Outcome}
        journal.write(actor, "import", kind="groupe", thing_id=default.pk if default else None, codes=codes)
    return plan


def _writes(planned: Planned) -> bool:
    return planned.outcome not in {Outcome.UNCHANGED, Outcome.REFUSED}


def _by_groupe(plan: Plan) -> list[tuple[Groupe, list[Planned]]]:
    """What is to be done in each groupe, in the order in which groupes are locked everywhere."""
    found: dict[UUID, list[Planned]] = defaultdict(list)
    groupes = {}
    for one in plan.lines:
        if one.groupe is not None and _writes(one):
            groupes[one.groupe.pk] = one.groupe
            found[one.groupe.pk].append(one)
    return [(groupes[pk], found[pk]) for pk in sorted(found)]


def _bring_in(actor: Actor, groupe: Groupe, planned: Sequence[Planned]) -> None:
    joining = [(one.user, one.flags) for one in planned if one.user and (one.outcome is Outcome.ATTACHED or one.joins)]
    if joining:
        inviting.attach_all(actor, groupe, joining)
    wanted = [
        Wanted(one.line.email, one.flags, one.line.first_name, one.line.last_name, one.line.function)
        for one in planned
        if one.outcome is Outcome.CREATED
    ]
    if wanted:
        inviting.invite_all(actor, groupe, wanted)
    for one in planned:
        if one.outcome is Outcome.MOVED and one.user is not None:
            addresses.change_for(actor, one.user.pk, one.line.email)
