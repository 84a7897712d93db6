"""What the list of a groupe's demandes is narrowed to by who manages it, and what is offered to choose among.

Clear metadata only. What is unknown or malformed is left out, as if it had not been said.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from aplus.accounts.models import Membership
from aplus.annuaire.models import Groupe
from aplus.demandes.models import Demande, Part
from aplus.demandes.queries import duty
from aplus.demandes.queries.list_filters import kept_by, sent_within
from aplus.demandes.queries.list_state import NO_FILTERS as NOTHING_ASKED
from aplus.demandes.queries.list_state import Filters, Followed
from aplus.demandes.rules.life import OPEN_PARTS

# Enough to know with whom a groupe works, whatever it holds.
LATEST = 200
OFFERED = """
WITH latest (id) AS MATERIALIZED (
    (SELECT id FROM demande WHERE structure_id = %(groupe)s ORDER BY created_at DESC LIMIT %(latest)s)
    UNION (SELECT demande_id FROM part WHERE groupe_id = %(groupe)s ORDER BY addressed_at DESC LIMIT %(latest)s)
),
met AS (
    SELECT structure_id AS groupe_id FROM latest JOIN demande ON demande.id = latest.id
    UNION SELECT groupe_id FROM latest JOIN part ON part.demande_id = latest.id
),
others AS (
    SELECT g.id, g.name, g.sort_key, g.organisme_id FROM met JOIN annuaire_groupe g ON g.id = met.groupe_id
    WHERE g.id <> %(groupe)s
)
SELECT 'groupe', id::text, name, sort_key FROM others
UNION ALL
SELECT DISTINCT 'organisme', o.code, o.acronym, o.sort_key
FROM others JOIN annuaire_organisme o ON o.code = organisme_id
UNION ALL SELECT 'territoire', code, name || ' (' || code || ')', code FROM annuaire_territoire
UNION ALL SELECT 'thematique', code, name, to_char(rank, '00000') || code FROM annuaire_thematique
ORDER BY 1, 4, 2
"""


@dataclass(frozen=True)
class ManagedFilters:
    """The filters of an address; `suivi` is a person of the groupe, or nobody."""

    filters: Filters = NOTHING_ASKED
    follower: UUID | None = None
    is_alone: bool = False

    @classmethod
    def from_query(cls, query: Mapping[str, Any]) -> Self:
        """Those of an address (a QueryDict, or any mapping of words)."""
        said = str(query.get("suivi", ""))
        filters = replace(Filters.from_query(query), suivi=None, non_lu=None)
        return cls(filters, _id(said), is_alone=said == Followed.BY_NOBODY)

    def asked(self) -> dict[str, str]:
        """Those that ask something, as the address says them."""
        suivi = Followed.BY_NOBODY.value if self.is_alone else str(self.follower or "")
        return {**self.filters.asked(), **({"suivi": suivi} if suivi else {})}

    def without(self, name: str) -> Self:
        """The others."""
        if name == "suivi":
            return replace(self, follower=None, is_alone=False)
        return replace(self, filters=self.filters.without(name))

    def of_sent(self, rows: QuerySet[Demande]) -> QuerySet[Demande]:
        """What the groupe sent: followed by its author, or by nobody who still may."""
        if self.follower:
            rows = rows.filter(author=self.follower)
        if self.is_alone:
            rows = duty.without_active_aidant(rows)
        if not self.filters.asked():
            return rows
        return rows.filter(sent_within(self.filters, "created_at")).filter(kept_by(self.filters, "pk"))

    def of_addressed(self, rows: QuerySet[Part]) -> QuerySet[Part]:
        """What was addressed to the groupe, by who follows its part."""
        if self.follower:
            rows = rows.filter(followed_by=self.follower)
        if self.is_alone:
            rows = followed_by_nobody(rows)
        if not self.filters.asked():
            return rows
        return rows.filter(sent_within(self.filters, "demande_created_at")).filter(kept_by(self.filters, "demande_id"))


NO_FILTERS = ManagedFilters()


def followed_by_nobody(rows: QuerySet[Part]) -> QuerySet[Part]:
    """Open parts that nobody of their groupe follows."""
    held = Membership.objects.filter(
        user=OuterRef("followed_by"), groupe=OuterRef("groupe"), is_instructeur=True, user__is_active=True
    )
    return rows.filter(~Exists(held), state__in=sorted(OPEN_PARTS))


def offered(groupe: Groupe) -> dict[str, dict[str, str]]:
    """The choices of each filter, by their value in the address, in the order to show: one query."""
    with connection.cursor() as cursor:
        cursor.execute(OFFERED, {"groupe": groupe.pk, "latest": LATEST})
        rows = cursor.fetchall()
    found: dict[str, dict[str, str]] = {}
    for kind, code, label, _ in rows:
        found.setdefault(kind, {})[code] = label
    return found


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
