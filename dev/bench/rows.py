"""The rows of one demande of a world at scale: sealed as the product seals, copied down as its writer copies."""

import random
from datetime import date, datetime, timedelta
from uuid import UUID

from aplus.demandes.content import Authorisation, Block, Said, Usager
from aplus.demandes.models import Audience
from aplus.demandes.rules import escalation, idle, mandat, turns, words
from aplus.demandes.rules.life import CLOSED_PARTS, DemandeEvent, DemandeState, PartEvent, PartState
from aplus.policy.decisions import Side
from aplus.vault import blind, keks
from aplus.vault.keys import DossierKey, Place
from dev.bench.story import YEAR, PartPlan, Story, uuid
from dev.bench.tables import Batch

FIRST_NAMES = [
    "Awa",
    "Brahim",
    "Cécile",
    "Driss",
    "Élodie",
    "Fatou",
    "Gérard",
    "Hélène",
    "Ibrahima",
    "Josette",
    "Karim",
    "Léa",
    "Mohamed",
    "Ngoc",
]
LAST_NAMES = [
    "Abadie",
    "Bouvier",
    "Camara",
    "Delmas",
    "Etcheverry",
    "Fournier",
    "Guérin",
    "Haddad",
    "Issa",
    "Jourdain",
    "Keita",
    "Lambert",
]
SUBJECTS = (
    "Dossier sans réponse depuis deux mois",
    "Versement suspendu après un changement d'adresse",
    "Pièces déjà envoyées et redemandées",
    "Droit refusé sans explication",
    "Radiation à la suite d'un courrier perdu",
)
# The share of people who have read.
READ = 0.8
SOON = timedelta(days=1)
SENTENCE = "La personne a renvoyé les pièces demandées et n'a reçu aucun courrier depuis. "

COLUMNS = {
    "demande": (
        *("id", "number", "territoire_id", "thematique_id", "structure_id", "author_id", "state", "is_urgent"),
        *("created_at", "attested_at", "acted_at", "archived_at", "erased_at", "is_unblocked"),
        *("author_activity_at", "author_activity_by_id", "author_word_at", "author_word_by_id", "author_version"),
        *("author_turn_since", "instructeur_activity_at", "instructeur_activity_by_id", "instructeur_word_at"),
        *("instructeur_word_by_id", "instructeur_version", "subject_sealed", "usager_sealed", "content_sealed"),
        *("next_step", "next_step_at"),
    ),
    "part": (
        *("id", "demande_id", "groupe_id", "state", "followed_by_id", "awaited_since", "is_closed_by_tick"),
        *("is_not_relevant", "addressed_at", "closed_at", "next_step", "next_step_at", "step_round"),
        *("demande_state", "is_urgent", "due_at", "sort_at", "rank", "activity_at", "demande_created_at"),
        *("archived_at", "erased_at"),
    ),
    "participant": (
        *("id", "demande_id", "user_id", "kind", "via_groupe_id", "since"),
        *("demande_state", "is_urgent", "due_at", "sort_at", "rank", "activity_at", "demande_created_at"),
        *("archived_at", "erased_at"),
    ),
    "mandat": ("id", "demande_id", "sealed", "ends_on", "created_at", "next_step", "next_step_at"),
    "message": (
        *("id", "demande_id", "seq", "author_id", "side", "audience", "act", "part_id", "sealed", "created_at"),
    ),
    "transition": (*("act_id", "demande_id", "part_id", "event", "from_state", "to_state", "actor_id", "at", "code"),),
    "reading": ("user_id", "demande_id", "first_at", "last_at"),
    "secret": ("demande_id", "kek_id", "wrapped", "created_at"),
    "search_entry": ("demande_id", "groupe_id", "tokens"),
    "journal_line": ("at", "actor_id", "act", "kind", "demande_id", "codes"),
}
SCHEMAS = {"secret": "secrets", "search_entry": "search"}


def write(story: Story, now: datetime, batch: Batch) -> None:
    """Add every row of this demande to the batch."""
    rng = random.Random(story.number)  # noqa: S311  a world that is the same each time
    key = DossierKey(story.id, story.secret)
    erased_at = now if story.is_erased(now) else None
    if erased_at is None:
        kek_id, wrapped = keks.wrap(story.id, story.secret)
        batch.add("secret", (story.id, kek_id, wrapped, story.created_at))
        _search_entries(story, batch)
    words = [message for message in story.messages if not message[2]]
    author_at, author_by = (words[-1][0], words[-1][1]) if words else (story.created_at, story.author)
    last = story.messages[-1] if story.messages else (story.created_at, story.author, False, None)
    parts_now = [turns.PartNow(p.team.groupe_id, p.state, p.is_awaited, p.due_at) for p in story.parts]
    author_turn = turns.author_has_turn(story.state, parts_now)
    batch.add("demande", (
        *(story.id, story.number, story.place.code, story.thematique, story.structure.groupe_id, story.author),
        *(story.state, story.is_urgent, story.created_at, story.created_at, story.acted_at, story.archived_at),
        *(erased_at, "oui" if story.archived_at else ""),
        *(story.acted_at, author_by, author_at, author_by, 2 + len(words)),
        *(story.acted_at if author_turn else None, story.acted_at, last[1], last[0], last[1], 2 + len(story.messages)),
        *_content(key, story, rng),
        *_next_of_demande(story, now),
    ))  # fmt: skip
    _holders(story, batch, parts_now, now, author_turn=author_turn, erased_at=erased_at, rng=rng)
    _history(story, batch, rng)
    batch.add("mandat", _mandat(story, key, now, uuid(rng)))
    for seq, (at, author_id, is_note, part) in enumerate(story.messages, start=1):
        message_id = uuid(rng)
        said = Said(SENTENCE * rng.choice((1, 1, 2, 4)))
        batch.add("message", (
            *(message_id, story.id, seq, author_id, Side.INSTRUCTEURS if part else Side.AUTHOR),
            *(Audience.INSTRUCTEURS if is_note else Audience.ALL, "reponse" if part else "", part.id if part else None),
            *(key.seal_json(Place("message", "sealed", message_id), said.to_json()), at),
        ))  # fmt: skip


def _content(key: DossierKey, story: Story, rng: random.Random) -> tuple[bytes, bytes, bytes]:
    usager = usager_of(story.number)
    block = Block(description=SENTENCE * rng.choice((3, 6, 12)))
    return (
        key.seal(Place("demande", "subject", story.id), subject_of(story.number)),
        key.seal_json(Place("demande", "usager", story.id), usager.to_json()),
        key.seal_json(Place("demande", "content", story.id), block.to_json()),
    )


def _search_entries(story: Story, batch: Batch) -> None:
    """As `services.search` makes them; all the groupes of these worlds read the numéro d'allocataire."""
    found = words.of_demande(
        usager_of(story.number), subject_of(story.number), story.number, identifiers=("numero_caf",)
    )
    for groupe_id in (story.structure.groupe_id, *(part.team.groupe_id for part in story.parts)):
        batch.add("search_entry", (story.id, groupe_id, sorted(blind.token(groupe_id, *word) for word in found)))


def subject_of(number: int) -> str:
    """What the demande of this number is about."""
    return SUBJECTS[number % len(SUBJECTS)]


def usager_of(number: int) -> Usager:
    """An invented person: one number in three shares their name with others, as in life."""
    return Usager(
        first_name=FIRST_NAMES[number % len(FIRST_NAMES)],
        last_name=f"{LAST_NAMES[number // 7 % len(LAST_NAMES)]}-{_letters(number // 3)}",
        birth_date=f"{number % 28 + 1:02}/{number % 12 + 1:02}/{1940 + number % 65}",
        identifiers={"numero_caf": f"{number % 10_000_000:07}"},
    )


def _letters(number: int) -> str:
    """A number as a name's syllables."""
    syllables = ("ba", "le", "mi", "ro", "su", "tan", "vel", "zor", "quin", "dar")
    return "".join(syllables[int(digit)] for digit in str(number)).capitalize()


def _holders(
    story: Story,
    batch: Batch,
    parts_now: list[turns.PartNow],
    now: datetime,
    *,
    author_turn: bool,
    erased_at: datetime | None,
    rng: random.Random,
) -> None:
    is_open = story.state is not DemandeState.ARCHIVED
    copied = (story.acted_at, story.created_at, story.archived_at, erased_at)
    for part, now_ in zip(story.parts, parts_now, strict=True):
        turn = turns.has_turn(now_, story.state)
        due_at = part.due_at if is_open else None
        batch.add("part", (
            *(part.id, story.id, part.team.groupe_id, part.state, part.followed_by),
            *(story.acted_at if part.is_awaited else None, False, False, story.created_at),
            *(story.acted_at if part.state in CLOSED_PARTS else None, *_next_of_part(story, part, now), 1),
            *(story.state, story.is_urgent, due_at, turns.sort_at(due_at, turn=turn, turn_since=story.acted_at)),
            *(turns.rank(is_urgent=story.is_urgent, turn=turn), *copied),
        ))  # fmt: skip
    due_at = turns.earliest_due(parts_now) if is_open else None
    sort_at = turns.sort_at(due_at, turn=author_turn, turn_since=story.acted_at)
    people = [(story.author, "auteur")] + ([(story.colleague, "co-auteur")] if story.colleague else [])
    for person, kind in people:
        batch.add("participant", (
            *(uuid(rng), story.id, person, kind, story.structure.groupe_id, story.created_at),
            *(story.state, story.is_urgent, due_at, sort_at),
            *(turns.rank(is_urgent=story.is_urgent, turn=author_turn), *copied),
        ))  # fmt: skip
        if rng.random() < READ:
            batch.add("reading", (person, story.id, story.created_at, _between(rng, story)))


def _next_of_part(story: Story, part: PartPlan, now: datetime) -> tuple[str, datetime | None]:
    """The first step that is still to come: those of the past were made in their time."""
    is_open = story.archived_at is None and part.state not in CLOSED_PARTS
    time = escalation.PartTime(is_open, part.due_at, story.acted_at if part.is_awaited else None, story.place.calendar)
    planned = escalation.next_step(time, None)
    while planned is not None and planned.at <= now:
        planned = escalation.next_step(time, planned.step)
    return (planned.step, planned.at) if planned else ("", None)


def _next_of_demande(story: Story, now: datetime) -> tuple[str, datetime | None]:
    planned = idle.next_step(idle.DemandeTime(story.state, story.acted_at, None, story.place.calendar), None)
    return (planned.step, max(planned.at, now + SOON)) if planned else ("", None)


def _between(rng: random.Random, story: Story) -> datetime:
    return story.created_at + (story.acted_at - story.created_at) * (1.2 * rng.random())


def _history(story: Story, batch: Batch, rng: random.Random) -> None:
    act = uuid(rng)
    _transition(batch, act, story, None, DemandeEvent.SEND, "", DemandeState.SENT, story.author, story.created_at)
    batch.add("journal_line", (story.created_at, story.author, "envoi", "demande", story.id, "{}"))
    at = story.created_at
    for part in story.parts:
        _transition(batch, act, story, part, PartEvent.ADDRESS, "", PartState.ADDRESSED, story.author, at)
    for part in story.parts:
        for event, before, after in _moves(part):
            at += (story.acted_at - at) / 2
            who = part.followed_by or part.team.people[0]
            _transition(batch, uuid(rng), story, part, event, before, after, who, at)
            batch.add("journal_line", (at, who, "lecture", "demande", story.id, "{}"))
            batch.add("reading", (who, story.id, at, at)) if event is PartEvent.OPEN_PAGE else None
    _transition(
        batch, uuid(rng), story, None, DemandeEvent.FOLLOW_PARTS, DemandeState.SENT, story.state, story.author, at
    )


def _moves(part: PartPlan) -> list[tuple[PartEvent, PartState, PartState]]:
    """The shortest way from ADDRESSED to where the part stands."""
    if part.state is PartState.ADDRESSED:
        return []
    opened = (PartEvent.OPEN_PAGE, PartState.ADDRESSED, PartState.OPENED)
    if part.state is PartState.OPENED:
        return [opened]
    taken = (PartEvent.TAKE_CHARGE, PartState.OPENED, PartState.IN_CHARGE)
    last = {
        PartState.IN_CHARGE: PartEvent.ASK_DETAILS if part.is_awaited else PartEvent.REPLY,
        PartState.PROCESSED: PartEvent.DECLARE_PROCESSED,
        PartState.NOT_COMPETENT: PartEvent.NOT_COMPETENT,
    }[part.state]
    return [opened, taken, (last, PartState.IN_CHARGE, part.state)]


def _transition(
    batch: Batch,
    act_id: UUID,
    story: Story,
    part: PartPlan | None,
    event: str,
    before: str,
    after: str,
    who: UUID,
    at: datetime,
) -> None:
    batch.add("transition", (act_id, story.id, part.id if part else None, event, before, after, who, at, ""))


def _mandat(story: Story, key: DossierKey, now: datetime, mandat_id: UUID) -> tuple[object, ...]:
    """Its mandat, obtained the day before."""
    until: date = (story.created_at + YEAR - timedelta(days=1)).date()
    content = Authorisation(mode="papier", obtained_at=story.created_at - timedelta(days=1), until=until)
    sealed = key.seal_json(Place("mandat", "content", mandat_id), content.to_json())
    step, at = mandat.step_after(until, story.place.calendar, now) if story.archived_at is None else ("", None)
    return (mandat_id, story.id, sealed, until, story.created_at, step, at)
