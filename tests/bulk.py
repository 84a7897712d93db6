"""A hundred thousand demandes in seconds, for tests that read the database's plans; nothing of it stays.

The large tables are made again, with their indexes, in a schema that stands before the real one as long as the block
lasts, then is rolled back: no other test meets these rows, nor what they would leave behind. Everything is a function
of the row's number. Copies are those that `services.copies` would write; what is sealed opens with no key.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import md5
from uuid import UUID

from django.db import connection, transaction

from aplus.accounts.models import Expertise, Membership, User
from aplus.accounts.queries.actors import actor_for
from aplus.annuaire.models import Groupe, Organisme, Territoire
from aplus.core import clock
from aplus.core.text import fold
from aplus.policy.actor import Actor

DEMANDES = 100_000
TABLES = ("demande", "part", "participant", "message", "reading", "draft")
STRUCTURES, AIDANTS_EACH = 100, 4
OPERATEURS, INSTRUCTEURS_EACH = 150, 4


@dataclass(frozen=True)
class BulkWorld:
    """Some of its readers: what one of each kind holds."""

    now: datetime
    # Author or co-author of thousands.
    aidant: Actor
    # One of the groupe that a tenth of all demandes is addressed to.
    busy_instructeur: Actor
    # Three groupes, one of them busy, and an aidant too.
    many_hats: Actor
    expert: Actor
    # An ordinary one.
    instructeur: Actor

    def readers(self) -> dict[str, Actor]:
        """By name."""
        return {name: actor for name, actor in vars(self).items() if isinstance(actor, Actor)}


@contextmanager
def world(demandes: int = DEMANDES, *, has_index: bool = False) -> Iterator[BulkWorld]:
    """The world, inside the current transaction, gone at the end of the block; with its blind index if asked."""
    with transaction.atomic():
        now = clock.now()
        structures, operateurs = _groupes(now)
        users = _people(structures, operateurs, now)
        _shadow_tables()
        _fill(demandes, now, users, structures, operateurs)
        if has_index:
            _fill_search()
        _index()
        yield _readers(users, structures, operateurs, now)
        transaction.set_rollback(True)


def _groupes(now: datetime) -> tuple[list[Groupe], list[Groupe]]:
    Territoire.objects.get_or_create(code="95", defaults={"name": "Val-d'Oise", "timezone": "Europe/Paris"})
    for code in ("structure", "operateur"):
        Organisme.objects.get_or_create(code=code, defaults={"acronym": code, "name": code, "side": "les_deux"})
    made = [
        [
            Groupe(name=f"{code} {number}", sort_key=fold(f"{code} {number}"), organisme_id=code, created_at=now)
            for number in range(total)
        ]
        for code, total in (("structure", STRUCTURES), ("operateur", OPERATEURS))
    ]
    for groupes in made:
        Groupe.objects.bulk_create(groupes)
    return made[0], made[1]


def _people(structures: list[Groupe], operateurs: list[Groupe], now: datetime) -> list[User]:
    """Aidants first, in the order of their structures, then instructeurs in the order of their groupes."""
    groupes = [groupe for groupe in structures for _ in range(AIDANTS_EACH)]
    groupes += [groupe for groupe in operateurs for _ in range(INSTRUCTEURS_EACH)]
    users = User.objects.bulk_create(
        User(email=f"masse{number}@demo.example", first_name="P", last_name=str(number), created_at=now)
        for number in range(len(groupes))
    )
    Membership.objects.bulk_create(
        Membership(
            user=user,
            groupe=groupe,
            is_aidant=groupe.organisme_id == "structure",
            is_instructeur=groupe.organisme_id == "operateur",
            instructeur_since=now.replace(year=2020) if groupe.organisme_id == "operateur" else None,
            created_at=now,
        )
        for user, groupe in zip(users, groupes, strict=True)
    )
    return users


def _readers(users: list[User], structures: list[Groupe], operateurs: list[Groupe], now: datetime) -> BulkWorld:
    first_instructeur = STRUCTURES * AIDANTS_EACH
    many_hats, expert = User.objects.bulk_create(
        User(email=f"{name}@demo.example", created_at=now) for name in ("chapeaux", "experte")
    )
    for groupe in (operateurs[0], operateurs[1], operateurs[2], structures[1]):
        Membership.objects.create(
            user=many_hats,
            groupe=groupe,
            is_aidant=groupe in structures,
            is_instructeur=groupe in operateurs,
            instructeur_since=now.replace(year=2020) if groupe in operateurs else None,
            created_at=now,
        )
    Expertise.objects.create(user=expert, all_territoires=True, created_at=now)
    return BulkWorld(
        now=now,
        aidant=actor_for(users[0].pk),
        busy_instructeur=actor_for(users[first_instructeur].pk),
        many_hats=actor_for(many_hats.pk),
        expert=actor_for(expert.pk),
        instructeur=actor_for(users[-1].pk),
    )


def _shadow_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA bulk")
        for table in TABLES:
            cursor.execute(f"CREATE TABLE bulk.{table} (LIKE public.{table} INCLUDING DEFAULTS)")
        cursor.execute("SET LOCAL search_path TO bulk, public")


def _index() -> None:
    """The indexes of the real tables: made after the rows, in a third of the time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = ANY(%s)", [list(TABLES)]
        )
        for (definition,) in cursor.fetchall():
            cursor.execute(definition.replace(" ON public.", " ON bulk."))
        for table in (*TABLES, "secrets.secret"):
            cursor.execute(f"ANALYZE {table}")


def _fill(demandes: int, now: datetime, users: list[User], structures: list[Groupe], operateurs: list[Groupe]) -> None:
    values = {
        "demandes": demandes,
        "now": now,
        "users": [user.pk for user in users],
        "structures": [groupe.pk for groupe in structures],
        "operateurs": [groupe.pk for groupe in operateurs],
        "aidants_each": AIDANTS_EACH,
        "first_instructeur": STRUCTURES * AIDANTS_EACH,
        "instructeurs_each": INSTRUCTEURS_EACH,
    }
    with connection.cursor() as cursor:
        for statement in (SEED, SEED_PARTS, FILL_DEMANDES, FILL_PARTS, FILL_PARTICIPANTS, FILL_THE_REST):
            cursor.execute(statement, values)


def token(groupe_id: UUID, kind: str, word: str) -> int:
    """What stands for `vault.blind.token` in this world: the database can compute it too."""
    return int.from_bytes(md5(f"{groupe_id}|{kind}|{word}".encode(), usedforsecurity=False).digest()[:8], signed=True)


def _fill_search() -> None:
    """The entries of every structure and groupe, in a table that takes the place of the real one; then its indexes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'search'")
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'ALTER INDEX search."{name}" RENAME TO "real_{name}"')
        cursor.execute("ALTER TABLE search.search_entry RENAME TO real_search_entry")
        cursor.execute("CREATE TABLE search.search_entry (LIKE search.real_search_entry INCLUDING DEFAULTS)")
        cursor.execute("CREATE SEQUENCE search.bulk_id")
        cursor.execute("ALTER TABLE search.search_entry ALTER COLUMN id SET DEFAULT nextval('search.bulk_id')")
        cursor.execute(FILL_SEARCH)
        for _, definition in indexes:
            cursor.execute(definition)
        cursor.execute("ANALYZE search.search_entry")


# One row per demande: who, where, when. One structure in a hundred sends a tenth of all. Shapes of twenty:
# 0-3 SENT, 4-11 IN_PROGRESS (11: details awaited), 12-15 PROCESSED, 16-19 ARCHIVED.
SEED = """
CREATE TEMPORARY TABLE seed ON COMMIT DROP AS
SELECT i, md5('demande ' || i)::uuid AS id, s.structure,
       (%(users)s::uuid[])[s.structure * %(aidants_each)s + i / 7 %% %(aidants_each)s + 1] AS author_id,
       (%(structures)s::uuid[])[s.structure + 1] AS structure_id,
       s.shape, i %% 13 = 0 AS is_urgent,
       %(now)s - i * interval '40 seconds' - interval '1 hour' AS created_at,
       %(now)s - (i * 31 %% %(demandes)s) * interval '25 seconds' AS activity_at,
       CASE WHEN s.shape < 4 THEN 'SENT' WHEN s.shape < 12 THEN 'IN_PROGRESS'
            WHEN s.shape < 16 THEN 'PROCESSED' ELSE 'ARCHIVED' END AS state
FROM generate_series(1, %(demandes)s) AS i
CROSS JOIN LATERAL (
    SELECT CASE WHEN i %% 10 = 3 THEN 0 ELSE i %% 100 END AS structure, (i / 10 * 7 + i) %% 20 AS shape
) AS s
"""
# One to three parts; the first groupe has a part in a tenth of the demandes, the next two share some with it.
SEED_PARTS = """
CREATE TEMPORARY TABLE seed_part ON COMMIT DROP AS
SELECT seed.*, p.rang, p.operateur, (%(operateurs)s::uuid[])[p.operateur + 1] AS groupe_id,
       md5('part ' || i || ' ' || rang)::uuid AS part_id, st.part_state, st.is_awaited,
       CASE WHEN st.part_state IN ('ADDRESSED', 'OPENED') AND state <> 'ARCHIVED'
            THEN date_trunc('day', seed.created_at) + interval '43 days'
            WHEN st.part_state = 'IN_CHARGE' AND NOT st.is_awaited AND state <> 'ARCHIVED'
            THEN date_trunc('day', seed.created_at) + interval '44 days' END AS due_at,
       CASE WHEN st.part_state = 'IN_CHARGE' OR shape >= 12
            THEN (%(users)s::uuid[])[%(first_instructeur)s + p.operateur * %(instructeurs_each)s
                                     + i / 3 %% %(instructeurs_each)s + 1] END AS followed_by_id
FROM seed
CROSS JOIN LATERAL (
    SELECT 0 AS rang, CASE WHEN i %% 10 = 1 THEN 0 ELSE 3 + i %% 147 END AS operateur
    UNION ALL SELECT 1, 1 + i %% 2 WHERE i %% 25 = 1
    UNION ALL SELECT 2, 3 + (i + 50) %% 147 WHERE i %% 9 = 0
) AS p
CROSS JOIN LATERAL (
    SELECT CASE WHEN shape < 4 THEN 'ADDRESSED' WHEN shape >= 12 THEN 'PROCESSED' WHEN rang = 0 THEN 'IN_CHARGE'
                WHEN shape < 7 THEN 'OPENED' WHEN shape < 9 THEN 'PROCESSED' ELSE 'NOT_COMPETENT' END AS part_state,
           shape = 11 AND rang = 0 AS is_awaited
) AS st
"""
FILL_DEMANDES = """
INSERT INTO demande (id, number, territoire_id, structure_id, author_id, state, is_urgent, created_at, attested_at,
    acted_at, archived_at, is_unblocked, author_activity_at, author_activity_by_id, author_word_at, author_word_by_id,
    author_version, author_turn_since, next_step, instructeur_activity_at, instructeur_activity_by_id,
    instructeur_word_at, instructeur_word_by_id, instructeur_version, subject_sealed, usager_sealed, content_sealed)
SELECT id, 900000 + i, '95', structure_id, author_id, state, is_urgent, created_at, created_at,
    activity_at, CASE WHEN state = 'ARCHIVED' THEN activity_at END, '', activity_at, author_id, activity_at, author_id,
    1, CASE WHEN shape BETWEEN 11 AND 15 THEN activity_at END, '', activity_at, author_id, activity_at,
    author_id, 1, decode(repeat('00', 60), 'hex'), decode(repeat('00', 200), 'hex'), decode(repeat('00', 800), 'hex')
FROM seed
"""
FILL_PARTS = """
INSERT INTO part (id, demande_id, groupe_id, state, followed_by_id, awaited_since, is_closed_by_tick, is_not_relevant,
    addressed_at, closed_at, next_step, step_round, demande_state, is_urgent, due_at, sort_at, rank, activity_at,
    demande_created_at, archived_at)
SELECT part_id, id, groupe_id, part_state, followed_by_id, CASE WHEN is_awaited THEN activity_at END, false, false,
    created_at, CASE WHEN part_state IN ('PROCESSED', 'NOT_COMPETENT') THEN activity_at END, '', 0, state, is_urgent,
    due_at, coalesce(due_at, '9999-12-31 00:00:00+00'),
    CASE WHEN due_at IS NULL THEN 2 WHEN is_urgent THEN 0 ELSE 1 END,
    activity_at, created_at, CASE WHEN state = 'ARCHIVED' THEN activity_at END
FROM seed_part
"""
# The author, now and then a colleague of the structure, and for some a person invited by name.
FILL_PARTICIPANTS = """
INSERT INTO participant (id, demande_id, user_id, kind, via_groupe_id, since, demande_state, is_urgent, due_at, sort_at,
    rank, activity_at, demande_created_at, archived_at)
SELECT md5('participant ' || i || ' ' || kind)::uuid, id, user_id, kind, via_groupe_id, created_at, state, is_urgent,
    due_at, coalesce(due_at, CASE WHEN has_turn THEN activity_at ELSE '9999-12-31 00:00:00+00' END),
    CASE WHEN NOT has_turn THEN 2 WHEN is_urgent THEN 0 ELSE 1 END,
    activity_at, created_at, CASE WHEN state = 'ARCHIVED' THEN activity_at END
FROM seed
JOIN (SELECT id AS demande_id, min(due_at) AS due_at FROM seed_part GROUP BY id) AS due ON due.demande_id = seed.id
CROSS JOIN LATERAL (
    SELECT 'auteur' AS kind, author_id AS user_id, structure_id AS via_groupe_id, shape BETWEEN 11 AND 15 AS has_turn
    UNION ALL
    SELECT 'co-auteur', (%(users)s::uuid[])[structure * %(aidants_each)s + (i / 7 + 1) %% %(aidants_each)s + 1],
           structure_id, shape BETWEEN 11 AND 15
    WHERE i %% 4 = 0
    UNION ALL
    SELECT 'invite', (%(users)s::uuid[])[%(first_instructeur)s + i %% 150 * %(instructeurs_each)s + 1],
           (%(operateurs)s::uuid[])[i %% 150 + 1], false
    WHERE i %% 50 = 7
) AS person
"""
FILL_THE_REST = """
INSERT INTO message (id, demande_id, seq, author_id, side, audience, act, sealed, created_at)
SELECT md5('message ' || i || ' ' || seq)::uuid, id, seq, author_id, 'auteur', 'tous', '',
       decode(repeat('00', 200), 'hex'), created_at
FROM seed CROSS JOIN generate_series(1, 2) AS seq;
INSERT INTO reading (user_id, demande_id, first_at, last_at)
SELECT author_id, id, created_at, activity_at FROM seed WHERE i %% 2 = 0;
INSERT INTO draft (id, author_id, mandat_id, sealed, version, created_at, updated_at)
SELECT md5('draft ' || i)::uuid, author_id, id, decode(repeat('00', 200), 'hex'), 1, created_at, created_at
FROM seed WHERE i <= 5000;
INSERT INTO secrets.secret (demande_id, kek_id, wrapped, created_at)
SELECT id, 'bulk', decode(repeat('00', 60), 'hex'), created_at FROM seed
"""
# The first three letters of every last name are the same, a word of the subject is in a third of all.
FILL_SEARCH = """
INSERT INTO search.search_entry (demande_id, groupe_id, tokens)
SELECT id, groupe_id, ARRAY(
    SELECT ('x' || left(md5(groupe_id || '|' || word), 16))::bit(64)::bigint FROM unnest(ARRAY[
        'nom|fam', left('nom|fam' || i %% 997, 8), left('nom|fam' || i %% 997, 9), 'nom|fam' || i %% 997,
        'nom|pre', 'nom|pre' || i %% 211, 'naissance|' || 1940 + i %% 60, 'nir|' || 2850378000000 + i,
        'naissance|' || 1940 + i %% 60 || '-03-' || 10 + i %% 19, 'numero|' || 900000 + i,
        'sujet|' || (ARRAY['allocation', 'pension', 'logement'])[1 + i %% 3], 'sujet|dossier' || i %% 500,
        'personne|fam' || i %% 997 || ', pre' || i %% 211 || ', ' || 1940 + i %% 60
    ]) AS word
)
FROM (SELECT id, i, structure_id AS groupe_id FROM seed UNION ALL SELECT id, i, groupe_id FROM seed_part) AS held
""".replace("%%", "%")
