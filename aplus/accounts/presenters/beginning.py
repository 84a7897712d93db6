"""The panel of first steps: what is done, what is left, « 2 étapes sur 4 »."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from aplus.access.gate import ActorRequest
from aplus.accounts.models import User
from aplus.accounts.queries import beginning as queries
from aplus.accounts.queries.actors import first_path
from aplus.accounts.rules import beginning as rules
from aplus.accounts.rules.beginning import Step
from aplus.accounts.services import beginning as services
from aplus.policy.actor import Actor


@dataclass(frozen=True)
class Line:
    """One step."""

    step: Step
    is_done: bool


@dataclass(frozen=True)
class Panel:
    """The steps in their order; `cle` is the one-time key of the button that hides the panel or shows it again."""

    lines: list[Line]
    is_over: bool
    cle: UUID = field(default_factory=uuid4)

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(line.is_done for line in self.lines)

    @property
    def is_finished(self) -> bool:
        """Whether all are."""
        return self.done == len(self.lines)

    @property
    def progress(self) -> str:
        """« 2 étapes sur 4 »."""
        return f"{self.done} étape{'s' if self.done > 1 else ''} sur {len(self.lines)}"


def panel(user: User, actor: Actor) -> Panel | None:
    """The panel of this person: one query; None when their roles have no steps."""
    steps = rules.steps_of(actor)
    if not steps:
        return None
    acts = sorted({act for step in steps for act in step.acts})
    done = queries.acts_done(user.pk, acts)
    lines = [Line(step, rules.is_done(step, done, user.first_steps)) for step in steps]
    return Panel(lines, rules.OVER in user.first_steps)


def on_first_page(request: ActorRequest) -> Panel | None:
    """The panel where this person's day begins, until it is over; said once more when all is done."""
    user = getattr(request, "user", None)
    is_first = request.path == first_path(request.actor) and not request.GET
    if not is_first or not isinstance(user, User) or rules.OVER in user.first_steps:
        return None
    found = panel(user, request.actor)
    if found is not None and found.is_finished and request.method == "GET":
        services.finish(user)
    return found
