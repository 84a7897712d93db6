"""Keeping what is typed in a new demande: the first save, each step's save, and erasing (demandes.md §4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import transaction
from django.urls import reverse

from aplus.access.keys import refuse_used_key, use_key
from aplus.attachments import services as attachments
from aplus.attachments.models import Purpose
from aplus.attachments.services import Upload
from aplus.core import clock
from aplus.core.errors import NotAllowed, Overtaken, Refused, Unknown
from aplus.demandes.models import Draft
from aplus.demandes.queries import drafts as queries
from aplus.demandes.queries.drafts import OpenedDraft
from aplus.demandes.rules.steps import Raw, Step
from aplus.journal import services as journal
from aplus.policy import decisions
from aplus.policy.actor import Actor
from aplus.vault.services import create_secret, erase_secret

# Beyond it a step is shown again, but not kept: no honest typing is that long.
LONGEST_STEP = 500_000
CHANGED_ELSEWHERE = "Ce brouillon a été modifié ailleurs, par exemple dans un autre onglet."


@dataclass(frozen=True, slots=True)
class Files:
    """The files that come with a save: new pieces, a new proof of the mandat, and those to take away."""

    pieces: Sequence[Upload] = ()
    proof: "Upload | None" = None
    removed: Sequence[str] = ()


NO_FILES = Files()


def begin(actor: Actor, raw: Raw, *, key: UUID, after: Step) -> UUID:
    """Make the draft and its secret from the first step; its id. Raises AlreadyDone, Refused, NotAllowed."""
    author_id = _aidant_id(actor)
    _require_reasonable(raw)
    draft_id, now = uuid4(), clock.now()
    with transaction.atomic():
        use_key(actor, key, step_address(draft_id, after))
        dossier_key = create_secret(draft_id)
        Draft.objects.create(
            id=draft_id,
            author_id=author_id,
            mandat_id=uuid4(),
            sealed=dossier_key.seal_json(queries.place(draft_id), {Step.ORGANISMES: dict(raw)}),
            created_at=now,
            updated_at=now,
        )
    return draft_id


def save(
    actor: Actor,
    draft_id: UUID,
    step: Step,
    raw: Raw,
    *,
    version: int | None,
    key: UUID,
    location: str,
    is_refused: bool = False,
    files: Files = NO_FILES,
) -> dict[str, list[str]]:
    """Keep what was typed in one step, valid or not; the problems of the files that were not taken, by field.

    `version` is the one the page was made from (None: whichever). What is refused (`is_refused`, or a file's problem)
    is kept but is no act: the one-time key and the version stay good for the next try. Raises AlreadyDone, Overtaken
    (changed elsewhere: nothing is kept), Refused (unreasonably long), Unknown (no such draft of this person, or no
    such file in it).
    """
    _aidant_id(actor)
    _require_reasonable(raw)
    with transaction.atomic():
        draft = queries.own_locked(actor, draft_id)
        if draft is None:
            raise Unknown
        refuse_used_key(actor, key)
        if version is not None and version != draft.version:
            raise Overtaken(CHANGED_ELSEWHERE)
        _remove(draft, files.removed)
        problems = _add(actor, draft, files)
        is_act = not (is_refused or problems)
        if is_act:
            use_key(actor, key, location)
        _write(draft, step, raw, version=draft.version + is_act)
    return problems


def keep_files(actor: Actor, draft_id: UUID, files: Files) -> dict[str, list[str]]:
    """Keep the files alone, when the rest of the page came too late to be kept."""
    with transaction.atomic():
        draft = queries.own_locked(actor, draft_id)
        if draft is None:
            raise Unknown
        return _add(actor, draft, files)


def discard(actor: Actor, draft_id: UUID, *, key: UUID, location: str) -> None:
    """Erase a draft: its secret, its files and its row. Raises Unknown, AlreadyDone."""
    with transaction.atomic():
        use_key(actor, key, location)
        draft = queries.own_locked(actor, draft_id)
        if draft is None:
            raise Unknown
        erase(actor, draft_id)


def erase(actor: Actor, draft_id: UUID) -> None:
    """Secret, files and row of a draft its caller has locked: nothing of it can be read any more."""
    for file in queries.files(draft_id):
        attachments.discard(file)
    erase_secret(draft_id)
    Draft.objects.filter(pk=draft_id).delete()
    journal.write(actor, "brouillon-efface", kind="brouillon", thing_id=draft_id)


def step_address(draft_id: UUID, step: Step) -> str:
    """Where one step of a draft is."""
    return reverse("demandes:step", args=[draft_id, step])


def _write(draft: OpenedDraft, step: Step, raw: Raw, *, version: int) -> None:
    steps = {**draft.steps, step: _with_hidden_answers(draft.steps.get(step, {}), raw)}
    Draft.objects.filter(pk=draft.id).update(
        sealed=draft.key.seal_json(queries.place(draft.id), {name: dict(typed) for name, typed in steps.items()}),
        version=version,
        updated_at=clock.now(),
    )


def _with_hidden_answers(before: Raw, raw: Raw) -> Raw:
    """Answers to organismes no longer ticked are not on the page: they stay, for when they are ticked again."""
    return {**{name: value for name, value in before.items() if name.startswith("question_")}, **raw}


def _remove(draft: OpenedDraft, removed: Sequence[str]) -> None:
    if not removed:
        return
    there = {str(file.id): file for file in queries.files(draft.id)}
    for file_id in dict.fromkeys(removed):
        if file_id not in there:
            raise Unknown
        attachments.discard(there[file_id])


def _add(actor: Actor, draft: OpenedDraft, files: Files) -> dict[str, list[str]]:
    """Take what can be taken; a new proof takes the place of the former one."""
    problems: dict[str, list[str]] = {}
    if files.pieces:
        refused = _accept(actor, draft, files.pieces, Purpose.PIECE)
        if refused:
            problems["fichiers"] = refused
    if files.proof is not None:
        former = queries.files(draft.id, Purpose.PROOF)
        refused = _accept(actor, draft, [files.proof], Purpose.PROOF)
        if refused:
            problems["mandat_preuve"] = refused
        else:
            for file in former:
                attachments.discard(file)
    return problems


def _accept(actor: Actor, draft: OpenedDraft, uploads: Sequence[Upload], purpose: Purpose) -> list[str]:
    """Keep the files that can be; why each other one is refused."""
    already = len(queries.files(draft.id, purpose)) if purpose is Purpose.PIECE else 0
    _, refusals = attachments.accept_all(_aidant_id(actor), draft.key, uploads, already=already, purpose=purpose)
    return refusals


def _aidant_id(actor: Actor) -> UUID:
    if actor.user_id is None or not decisions.may_create_demande(actor):
        raise NotAllowed
    return actor.user_id


def _require_reasonable(raw: Raw) -> None:
    size = sum(len(part) for value in raw.values() for part in ([value] if isinstance(value, str) else value))
    if size > LONGEST_STEP:
        raise Refused.because(
            f"Vous avez saisi {size} signes sur cette page : c'est trop pour être enregistré. "
            "Raccourcissez le texte, ou joignez-le en fichier."
        )
