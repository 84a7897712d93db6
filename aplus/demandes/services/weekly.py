"""The summary of the week: who is told, once each; what it says is counted when the mail leaves."""

from collections import defaultdict
from uuid import NAMESPACE_URL, UUID, uuid5

from aplus.accounts.queries.choices import summary_clocks
from aplus.accounts.rules.choices import week_of_summary
from aplus.core import clock
from aplus.notifications.models import Notification
from aplus.notifications.services import tell

EVENT = "resume"


def tell_summaries() -> None:
    """Tell those for whom it is Monday morning and who were not told yet; late or twice, each is told once a week."""
    now = clock.now()
    due: dict[str, set[UUID]] = defaultdict(set)
    for person_id, zone in summary_clocks().items():
        due[week_of_summary(now, zone)].add(person_id)
    for week in due.keys() - {""}:
        act_id = _act_of(week)
        told = Notification.objects.filter(act_id=act_id).values_list("person_id", flat=True)
        people = due[week] - set(told)
        if people:
            tell(act_id=act_id, event=EVENT, at=now, people=people)


def _act_of(week: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"{EVENT} {week}")
