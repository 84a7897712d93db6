"""Adding several addresses to a groupe at once, as they were reviewed: attached, invited, or left as they are."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from aplus.access.keys import use_key
from aplus.accounts.queries.inviting import Planned, plan
from aplus.accounts.rules.inviting import Outcome, Wanted
from aplus.accounts.rules.members import Flags
from aplus.accounts.services import inviting
from aplus.core.errors import Overtaken
from aplus.policy.actor import Actor


class PlanChanged(Overtaken):
    """What adding would do is no longer what the page said; `planned` is what it would do now."""

    def __init__(self, planned: list[Planned]) -> None:
        super().__init__("La situation a changé depuis la vérification\u00a0: voici ce qui se passerait maintenant.")
        self.planned = planned


def digest_of(planned: Sequence[Planned]) -> str:
    """What changes when the page would say something else."""
    return sha256("\n".join(f"{one.email} {one.outcome.value}" for one in planned).encode()).hexdigest()


def add(
    actor: Actor,
    groupe_id: UUID,
    flags: Mapping[str, Flags],
    emails: Sequence[str],
    *,
    seen: str,
    key: UUID,
    location: str,
) -> list[Planned]:
    """Do what the page said (`seen` is its `digest_of`) for each address, with its flags, in one transaction.

    Raises NotAllowed, Unknown, Overtaken (closed; PlanChanged), TooMany, AlreadyDone.
    """
    with transaction.atomic():
        groupe = inviting.hold(actor, [groupe_id])[groupe_id]
        use_key(actor, key, location)
        planned = plan(actor, groupe, emails)
        if digest_of(planned) != seen:
            raise PlanChanged(planned)
        doing = [one for one in planned if one.outcome.does_something]
        attached = [(one.user, flags[one.email]) for one in doing if one.user is not None]
        wanted = [Wanted(one.email, flags[one.email]) for one in doing if one.user is None]
        if attached:
            inviting.attach_all(actor, groupe, attached)
        if wanted:
            inviting.invite_all(actor, groupe, wanted)
    return doing


def counts(done: Sequence[Planned]) -> tuple[int, int]:
    """How many were attached, how many were invited."""
    attached = sum(one.outcome is Outcome.ATTACHED for one in done)
    return attached, len(done) - attached
