"""Building the demo world: people first, then every story's acts in the order of time, in one transaction."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Min, Q

from aplus.accounts.models import User
from aplus.core import clock
from aplus.demandes.models import Part
from aplus.demandes.services import escalating, stepping, usual_delays
from aplus.journal.rules import months_from
from aplus.notifications.models import Notification, State
from aplus.notifications.services import DELIVER
from dev.demo import arrivals
from dev.demo.people import PERSONAS
from dev.demo.playing import Stage
from dev.demo.settling import settle
from dev.demo.stories import DRAFTS, STORIES

SETTLED = timedelta(days=430)
OLDEST_STORY = timedelta(days=150)


def build() -> int:
    """Make the world and return how many demandes it has; 0, and nothing done, when the personas are there."""
    with transaction.atomic():
        if User.objects.filter(email__in=[persona.email for persona in PERSONAS]).exists():
            return 0
        now = clock.now()
        _give_the_journal_its_months(now)
        with clock.at(now - SETTLED):
            cast = settle()
        stage = Stage(cast, now)
        played = [*stage.events(STORIES, DRAFTS), *arrivals.events(cast, now)]
        for event in sorted(played, key=lambda event: event.at):
            _let_time_pass(event.at)
            event.play()
        _let_time_pass(now)
        _say_all_was_sent(list(stage.demande_ids.values()))
        usual_delays.work_out()
        _say_everybody_was_there(now)
        return len(stage.demande_ids)


def _say_everybody_was_there(now: datetime) -> None:
    """Whoever has ever entered was there these last weeks: nobody is warned of their inactivity on the first night."""
    for number, user in enumerate(User.objects.exclude(welcomed_at=None).order_by("sort_key")):
        User.objects.filter(pk=user.pk).update(last_active_at=now - timedelta(days=3 * (number % 8), hours=20))


def _give_the_journal_its_months(now: datetime) -> None:
    """The partitions of the past, which a running product made in its time."""
    first = (now - OLDEST_STORY).date()
    ahead = (now.year - first.year) * 12 + now.month - first.month
    with connection.cursor() as cursor:
        for month in months_from(first, ahead):
            cursor.execute("SELECT journal_add_partition(%s)", [month])


def _let_time_pass(until: datetime) -> None:
    """What the worker made of late parts meanwhile, each step in its time; none is left for the first minute."""
    late, before = Part.objects.filter(next_step_at__lt=until), None
    while (at := late.aggregate(first=Min("next_step_at"))["first"]) is not None:
        if at == before:
            raise RuntimeError("a step of the demo's past cannot be made")
        before = at
        with clock.at(at):
            stepping.make_due(Part.objects.all(), escalating.make_steps)


def _say_all_was_sent(demande_ids: list[UUID]) -> None:
    """The past sends no mail: its lines are as sent in their time, and the jobs that would send them are forgotten."""
    lines = Notification.objects.filter(Q(demande_id__in=demande_ids) | Q(event__in=arrivals.EVENTS))
    acts = [str(act_id) for act_id in lines.values_list("act_id", flat=True).distinct()]
    lines.filter(state=State.PENDING).update(state=State.SENT, tries=1, next_try_at=None, sent_at=F("at"))
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE task_name = %s AND args->>'act_id' = ANY(%s)", [DELIVER, acts]
        )
