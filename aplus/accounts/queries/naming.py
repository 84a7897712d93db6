"""The people and groupes that lines name by their codes, for a whole page of them: two queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from aplus.accounts.models import Membership, User
from aplus.annuaire.models import Groupe
from aplus.notifications.models import Notification
from aplus.policy.actor import Actor

PEOPLE, GROUPES = ("acteur", "personne"), ("groupe", "successeur")


@dataclass(frozen=True, slots=True)
class Place:
    """A groupe, open or not, with what the scope of a superviseur is compared with."""

    id: UUID
    name: str
    organisme_id: str
    is_national: bool
    covered_codes: list[str]
    is_open: bool


class Names:
    """What `of` found."""

    def __init__(self, people: dict[str, User], places: dict[str, Place], led: set[str]) -> None:
        self._people, self._places, self._led = people, places, led

    def person(self, line: Notification, code: str) -> str | None:
        """The name of the person behind this code of the line."""
        user = self._people.get(str(line.codes.get(code)))
        return user.full_name if user is not None else None

    def is_led(self, line: Notification, code: str) -> bool:
        """Whether this person is in a groupe that the reader is responsable of."""
        return str(line.codes.get(code)) in self._led

    def place(self, line: Notification, code: str) -> Place | None:
        """The groupe behind this code of the line."""
        return self._places.get(str(line.codes.get(code)))


def of(actor: Actor, lines: Sequence[Notification]) -> Names:
    """All that these lines name, for this reader."""
    named = {str(line.codes[code]) for line in lines for code in PEOPLE if code in line.codes}
    groupes = {str(line.codes[code]) for line in lines for code in GROUPES if code in line.codes}
    led = Membership.objects.filter(user=OuterRef("pk"), groupe__in=actor.responsable_groupe_ids)
    people = list(User.objects.filter(pk__in=named).annotate(is_led=Exists(led)))
    covered = Groupe.territoires.through.objects.filter(groupe=OuterRef("pk")).values("territoire_id")
    rows = Groupe.objects.filter(pk__in=groupes).annotate(covered=ArraySubquery(covered))
    rows = rows.annotate(is_open=ExpressionWrapper(Q(closed_at=None), BooleanField()))
    columns = ("pk", "name", "organisme_id", "is_national", "covered", "is_open")
    places = [Place(*row) for row in rows.values_list(*columns)]
    return Names(
        {str(user.pk): user for user in people},
        {str(place.id): place for place in places},
        {str(user.pk) for user in people if user.is_led},
    )
