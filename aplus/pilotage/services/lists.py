"""Changing themes and guided questions on screen: added, worded, put in order, retired and offered again."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import Max, QuerySet

from aplus.annuaire.models import Organisme, Question, Thematique
from aplus.core import clock
from aplus.core.errors import Overtaken, Refused, Unknown
from aplus.core.text import fold
from aplus.pilotage.rules.reference import new_ranks
from aplus.pilotage.services.writing import note, require_as_seen, writing
from aplus.policy.actor import Actor

R = TypeVar("R", Thematique, Question)
# The word of contract.md for "none of these".
OTHER_THEME = "autre"
UP, DOWN = "haut", "bas"
CODE_TAKEN = "Ce code est déjà pris\u00a0: choisissez-en un autre."
NAME_TAKEN = "Une thématique porte déjà ce nom\u00a0: choisissez-en un autre."


def theme_values(row: Thematique) -> dict[str, Any]:
    """A theme by the names of its form."""
    return {"nom": row.name}


def question_values(row: Question) -> dict[str, Any]:
    """A question by the names of its form."""
    return {"question": row.label, "aide": row.hint}


def add_theme(actor: Actor, values: Mapping[str, Any], *, key: str, location: str) -> None:
    """One more, offered last. Raises Refused (code or name taken, reserved), AlreadyDone."""
    with writing(actor, key, location):
        rows = _themes()
        if values["code"] == OTHER_THEME:
            raise Refused.because("« autre » est réservé à ce qui n’a pas de thématique.", "code")
        if any(row.code == values["code"] for row in rows):
            raise Refused.because(CODE_TAKEN, "code")
        _require_free_name(values["nom"], rows)
        rank = max((row.rank for row in rows), default=0) + 1
        Thematique.objects.create(code=values["code"], name=values["nom"], rank=rank, edited_at=clock.now())
        note(actor, "thematique-creee", "thematique", code=values["code"])


def rename_theme(actor: Actor, code: str, values: Mapping[str, Any], *, seen: str, key: str, location: str) -> None:
    """Another name, read at once wherever the theme is. Raises Overtaken, Refused, Unknown, AlreadyDone."""
    with writing(actor, key, location):
        rows = _themes()
        row = _one(rows, code)
        require_as_seen(theme_values(row), seen, what="cette thématique")
        _require_free_name(values["nom"], [other for other in rows if other is not row])
        row.name, row.edited_at = values["nom"], clock.now()
        row.save()
        note(actor, "thematique-changee", "thematique", code=code)


def move_theme(actor: Actor, code: str, way: str, *, key: str, location: str) -> None:
    """One place up or down among those offered. Raises Overtaken at the end of the list, Unknown, AlreadyDone."""
    with writing(actor, key, location):
        _move([row for row in _themes() if row.retired_at is None], code, way)
        note(actor, "thematique-ordonnee", "thematique", code=code)


def retire_theme(actor: Actor, code: str, *, retired: bool, key: str, location: str) -> None:
    """No longer offered, or offered again; what was said with it stays. Raises Unknown, AlreadyDone."""
    with writing(actor, key, location):
        _retire(_one(_themes(), code), retired=retired)
        note(actor, "thematique-retiree" if retired else "thematique-remise", "thematique", code=code)


def add_question(actor: Actor, organisme: str, values: Mapping[str, Any], *, key: str, location: str) -> None:
    """One more, asked last. Raises Refused (code taken), Unknown, AlreadyDone."""
    with writing(actor, key, location):
        rows = _questions(organisme)
        if any(row.code == values["code"] for row in rows):
            raise Refused.because(CODE_TAKEN, "code")
        last = Question.objects.aggregate(last=Max("rank"))["last"] or 0
        Question.objects.create(
            organisme_id=organisme,
            code=values["code"],
            label=values["question"],
            hint=values["aide"],
            rank=last + 1,
            edited_at=clock.now(),
        )
        _note_question(actor, "question-creee", organisme, values["code"])


def change_question(
    actor: Actor, organisme: str, code: str, values: Mapping[str, Any], *, seen: str, key: str, location: str
) -> None:
    """Other words; answers already given keep theirs. Raises Overtaken, Unknown, AlreadyDone."""
    with writing(actor, key, location):
        row = _one(_questions(organisme), code)
        require_as_seen(question_values(row), seen, what="cette question")
        row.label, row.hint, row.edited_at = values["question"], values["aide"], clock.now()
        row.save()
        _note_question(actor, "question-changee", organisme, code)


def move_question(actor: Actor, organisme: str, code: str, way: str, *, key: str, location: str) -> None:
    """One place up or down among those asked. Raises Overtaken at the end of the list, Unknown, AlreadyDone."""
    with writing(actor, key, location):
        _move([row for row in _questions(organisme) if row.retired_at is None], code, way)
        _note_question(actor, "question-ordonnee", organisme, code)


def retire_question(actor: Actor, organisme: str, code: str, *, retired: bool, key: str, location: str) -> None:
    """No longer asked, or asked again; a draft that answers it keeps it. Raises Unknown, AlreadyDone."""
    with writing(actor, key, location):
        _retire(_one(_questions(organisme), code), retired=retired)
        _note_question(actor, "question-retiree" if retired else "question-remise", organisme, code)


def _note_question(actor: Actor, act: str, organisme: str, code: str) -> None:
    note(actor, act, "question", organisme=organisme, code=code)


def _themes() -> list[Thematique]:
    """All of them, in order: whoever changes one meanwhile waits."""
    return list(Thematique.objects.select_for_update().order_by("rank", "code"))


def _questions(organisme: str) -> list[Question]:
    """All those of an organisme, in order; who adds one meanwhile waits for the organisme."""
    if not Organisme.objects.select_for_update().filter(code=organisme).exists():
        raise Unknown
    rows: QuerySet[Question] = Question.objects.select_for_update().filter(organisme=organisme)
    return list(rows.order_by("rank", "code"))


def _one(rows: Sequence[R], code: str) -> R:
    row = next((one for one in rows if one.code == code), None)
    if row is None:
        raise Unknown
    return row


def _require_free_name(name: str, others: Sequence[Thematique]) -> None:
    if fold(name) in {fold(OTHER_THEME), *(fold(other.name) for other in others)}:
        raise Refused.because(NAME_TAKEN, "nom")


def _move(rows: list[R], code: str, way: str) -> None:
    """Put one before its neighbour; only the rows whose rank changes are marked as changed."""
    place = rows.index(_one(rows, code))
    other = place - 1 if way == UP else place + 1
    if not 0 <= other < len(rows):
        raise Overtaken("L’ordre vient de changer\u00a0: regardez la liste, puis recommencez.")
    ordered = [*rows]
    ordered[place], ordered[other] = ordered[other], ordered[place]
    for row, rank in zip(ordered, new_ranks([one.rank for one in rows]), strict=True):
        if row.rank != rank:
            row.rank, row.edited_at = rank, clock.now()
            row.save(update_fields=["rank", "edited_at"])


def _retire(row: Thematique | Question, *, retired: bool) -> None:
    now = clock.now()
    row.retired_at, row.edited_at = (now if retired else None), now
    row.save(update_fields=["retired_at", "edited_at"])
