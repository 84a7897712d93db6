"""What the filters offer a reader, and the choices he keeps for his lists: one query.

The groupes, organismes and territoires are those of his own groupes and of his latest demandes: nothing else is named.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

from aplus.core.prepared import Statement
from aplus.demandes.models import ListChoice
from aplus.demandes.queries.list_holders import Holding, Tab, reader_id
from aplus.demandes.queries.shapes import SHAPES_KEPT, Shape, actor_of, shape_of, values_of
from aplus.policy.actor import Actor

# Through each groupe held, and through oneself: enough to know with whom one works, whatever one holds.
LATEST = 100
# The most frequent ones: beyond, a list of choices is no help any more.
GROUPES_OFFERED = 20


@dataclass(frozen=True, slots=True)
class Panel:
    """The choices of each filter, by their value in the address, in the order to show; what the reader keeps."""

    offered: dict[str, dict[str, str]] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)


def kept_choices(actor: Actor) -> dict[str, str]:
    """How this reader's lists open, in the words of the address; nothing when nothing is kept."""
    found = ListChoice.objects.filter(user_id=actor.person_id).first()
    return found.choices if found else {}


def panel(actor: Actor, *, now: datetime) -> Panel:
    """What this reader is offered, read with what he keeps."""
    latest = _latest(shape_of(actor))
    values = latest.parameters({"now": now, **values_of(actor)})
    held: list[UUID] = sorted(actor.groupe_ids)
    with connection.cursor() as cursor:
        cursor.execute(_PANEL.format(latest=latest.sql), [*values, held, held, GROUPES_OFFERED, reader_id(actor)])
        rows = cursor.fetchall()
    offered: dict[str, dict[str, str]] = {}
    kept: dict[str, str] = {}
    for kind, code, label, _ in rows:
        if kind == "garde":
            kept = json.loads(label)
        else:
            offered.setdefault(kind, {})[code] = label
    return Panel(offered, kept)


@lru_cache(maxsize=SHAPES_KEPT)
def _latest(shape: Shape) -> Statement:
    actor, now = actor_of(shape), datetime(1900, 1, 1, tzinfo=UTC)
    sources: list[str] = []
    parameters: list[Any] = []
    for rows in Holding(actor, now).branches(Tab.ALL, is_by_rank=False):
        newest = rows.order_by("-demande_created_at", "demande_id").values_list("demande_id", flat=True)[:LATEST]
        sql, its_parameters = newest.query.sql_with_params()
        sources.append(f"({sql})")
        parameters += its_parameters
    values = {"now": now, **values_of(actor)}
    return Statement(" UNION ALL ".join(sources) or "SELECT NULL::uuid WHERE false", parameters, values, unused=values)


# What fills it is SQL made by Django; its values travel apart.
_PANEL = """
WITH latest (id) AS MATERIALIZED ({latest}),
sent AS MATERIALIZED (SELECT d.id, d.structure_id, d.territoire_id FROM latest JOIN demande d ON d.id = latest.id),
met AS MATERIALIZED (
    SELECT groupe_id, count(*) AS number
    FROM (SELECT structure_id AS groupe_id FROM sent
          UNION ALL SELECT part.groupe_id FROM sent JOIN part ON part.demande_id = sent.id
          UNION ALL SELECT unnest(%s::uuid[])) AS one
    GROUP BY groupe_id
),
places AS (
    SELECT territoire_id FROM sent
    UNION SELECT territoire_id FROM annuaire_groupe_territoires WHERE groupe_id = ANY(%s::uuid[])
)
SELECT 'groupe', id::text, name, sort_key FROM (
    SELECT g.id, g.name, g.sort_key FROM met JOIN annuaire_groupe g ON g.id = met.groupe_id
    ORDER BY met.number DESC, g.sort_key LIMIT %s
) AS groupe
UNION ALL
SELECT DISTINCT 'organisme', o.code, o.acronym, o.sort_key
FROM met JOIN annuaire_groupe g ON g.id = met.groupe_id JOIN annuaire_organisme o ON o.code = g.organisme_id
UNION ALL
SELECT 'territoire', t.code, t.name || ' (' || t.code || ')', t.code
FROM annuaire_territoire t WHERE t.code IN (SELECT territoire_id FROM places)
UNION ALL SELECT 'thematique', code, name, to_char(rank, '00000') || code FROM annuaire_thematique
UNION ALL SELECT 'garde', '', choices::text, '' FROM list_choice WHERE user_id = %s
ORDER BY 1, 4, 2
"""
