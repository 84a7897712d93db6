"""Keeping what is typed in a new demande: the first save, each step's save, and erasing (demandes.md §4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from django.db import transaction
from django.urls import reverse

from aplus.access.keys import refuse_used_key, use_key
from aplus.attachments import services as attachments
from aplus.attachments.models import Attachment, Purpose
from aplus.attachments.services import Upload
from aplus.core import clock
from aplus.core.errors import NotAllowed, Overtaken, Refused, Unknown
from aplus.demandes.models import Draft
from aplus.demandes.queries import drafts as queries
from aplus.demandes.queries.drafts import OpenedDraft
from aplus.demandes.rules.steps import Raw, Step
from aplus.demandes.rules.versions import BY_BUTTON, Aside, Written, put_aside, unseen
from aplus.journal import services as journal
from aplus.policy import decisions
from aplus.policy.actor import Actor
from aplus.vault.services import create_secret, erase_secret

# Beyond it a step is shown again, but not kept: no honest typing is that long.
LONGEST_STEP = 500_000
CHANGED_ELSEWHERE = "Cette étape a été modifiée ailleurs, par exemple dans un autre onglet."
# What writes a draft beside its steps: files sent by themselves, and versions put aside.
FILES_SENT, PUT_ASIDE = "files", "asides"


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
        draft = OpenedDraft(
            id=draft_id,
            mandat_id=uuid4(),
            version=1,
            created_at=now,
            updated_at=now,
            key=create_secret(draft_id),
            steps={Step.ORGANISMES: raw},
            writers={Step.ORGANISMES: Written(1, str(key))},
        )
        Draft.objects.create(
            id=draft_id,
            author_id=author_id,
            mandat_id=draft.mandat_id,
            sealed=_sealed(draft),
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
    is kept but is no act: the one-time key stays good for the next try. Raises AlreadyDone, Overtaken (the step
    changed elsewhere: what was typed is put aside), Refused (unreasonably long), Unknown (no such draft of this
    person, or no such file in it).
    """
    _aidant_id(actor)
    _require_reasonable(raw)
    with transaction.atomic():
        draft = _locked(actor, draft_id)
        refuse_used_key(actor, key)
        is_late = draft.is_stale(version, key, step)
        problems: dict[str, list[str]] = {}
        if is_late:
            _keep_aside(draft, step, raw, page=key)
        else:
            _remove(draft, files.removed)
            problems = _add(actor, draft, files)
            if not (is_refused or problems):
                use_key(actor, key, location)
                # The page showed these beside what was saved: saving it is the choice.
                draft = replace(draft, asides={**draft.asides, step: unseen(draft.asides.get(step, ()), version)})
            _write(draft, step, raw, page=key)
    if is_late:
        raise Overtaken(CHANGED_ELSEWHERE)
    return problems


def autosave(actor: Actor, draft_id: UUID, step: Step, raw: Raw, *, version: int | None, page: UUID, rank: int) -> None:
    """Keep what is being typed in one step, `rank` telling the saves of one page apart.

    No act: the key of the page's form (`page`) stays good. Raises AlreadyDone (that form was sent since), Overtaken
    (the step changed elsewhere: what was typed is put aside), Refused, Unknown.
    """
    _aidant_id(actor)
    _require_reasonable(raw)
    with transaction.atomic():
        draft = _locked(actor, draft_id)
        refuse_used_key(actor, page)
        is_late = draft.is_stale(version, page, step)
        written = draft.writers.get(step)
        if is_late:
            _keep_aside(draft, step, raw, page=page)
        elif written is None or written.is_before(str(page), rank):
            _write(draft, step, raw, page=page, rank=rank)
    if is_late:
        raise Overtaken(CHANGED_ELSEWHERE)


def choose_version(
    actor: Actor, draft_id: UUID, step: Step, *, page: UUID | None, version: int, key: UUID, location: str
) -> None:
    """End a conflict shown by a page made from `version`: take what `page` had typed, or (None) keep what is saved.

    Raises AlreadyDone, Unknown, Overtaken (the step, or what was chosen, changed since it was shown).
    """
    with transaction.atomic():
        draft = _locked(actor, draft_id)
        use_key(actor, key, location)
        asides = draft.asides.get(step, ())
        chosen = next((one for one in asides if one.page == str(page)), None)
        if page is not None and chosen is None:
            raise Unknown
        if draft.is_stale(version, key, step) or (chosen and chosen.version > version):
            raise Overtaken(CHANGED_ELSEWHERE)
        left = unseen(asides, version) if chosen is None else [one for one in asides if one is not chosen]
        raw = draft.steps.get(step, {}) if chosen is None else chosen.raw
        _write(replace(draft, asides={**draft.asides, step: left}), step, raw, page=key)


def keep_files(actor: Actor, draft_id: UUID, files: Files) -> dict[str, list[str]]:
    """Keep the files alone, when the rest of the page came too late to be kept."""
    with transaction.atomic():
        draft = _locked(actor, draft_id)
        return _add(actor, draft, files)


def add_file(actor: Actor, draft_id: UUID, upload: Upload, purpose: Purpose, *, key: UUID) -> Attachment:
    """Keep one file sent by itself; the same `key` twice is one file. Raises BadFile, Unknown, AlreadyDone."""
    _aidant_id(actor)
    with transaction.atomic():
        draft = _locked(actor, draft_id)
        refuse_used_key(actor, key)
        former = queries.files(draft.id, purpose) if purpose is Purpose.PROOF else []
        kept, refusals = _accept(actor, draft, [upload], purpose)
        if refusals:
            raise Refused({"": refusals})
        for file in former:
            attachments.discard(file)
        use_key(actor, key, file_address(kept[0]))
        _store(_with_writer(draft, FILES_SENT, page=key))
    return kept[0]


def remove_file(actor: Actor, draft_id: UUID, file_id: UUID) -> None:
    """Take one file away. Raises Unknown (no such file in a draft of this person)."""
    with transaction.atomic():
        draft = _locked(actor, draft_id)
        _remove(draft, [str(file_id)])
        _store(_with_writer(draft, FILES_SENT, page=file_id))


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


def file_address(file: Attachment) -> str:
    """Where one file is."""
    return reverse("demandes:file", args=[file.id])


def step_address(draft_id: UUID, step: Step) -> str:
    """Where one step of a draft is."""
    return reverse("demandes:step", args=[draft_id, step])


def _locked(actor: Actor, draft_id: UUID) -> OpenedDraft:
    draft = queries.own_locked(actor, draft_id)
    if draft is None:
        raise Unknown
    return draft


def _write(draft: OpenedDraft, step: Step, raw: Raw, *, page: UUID, rank: int = BY_BUTTON) -> None:
    steps = {**draft.steps, step: _with_hidden_answers(draft.steps.get(step, {}), raw)}
    _store(_with_writer(replace(draft, steps=steps), step, page=page, rank=rank))


def _keep_aside(draft: OpenedDraft, step: Step, raw: Raw, *, page: UUID) -> None:
    """Beside what is saved, unless it is the same."""
    if _with_hidden_answers(draft.steps.get(step, {}), raw) == draft.steps.get(step):
        return
    aside = Aside(page=str(page), version=draft.version + 1, at=clock.now().isoformat(), raw=raw)
    asides = {**draft.asides, step: put_aside(draft.asides.get(step, ()), aside)}
    _store(_with_writer(replace(draft, asides=asides), PUT_ASIDE, page=page))


def _with_writer(draft: OpenedDraft, what: str, *, page: UUID, rank: int = BY_BUTTON) -> OpenedDraft:
    version = draft.version + 1
    return replace(draft, version=version, writers={**draft.writers, what: Written(version, str(page), rank)})


def _store(draft: OpenedDraft) -> None:
    Draft.objects.filter(pk=draft.id).update(sealed=_sealed(draft), version=draft.version, updated_at=clock.now())


def _sealed(draft: OpenedDraft) -> bytes:
    return draft.key.seal_json(queries.place(draft.id), draft.to_json())


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
        _, refused = _accept(actor, draft, files.pieces, Purpose.PIECE)
        if refused:
            problems["fichiers"] = refused
    if files.proof is not None:
        former = queries.files(draft.id, Purpose.PROOF)
        _, refused = _accept(actor, draft, [files.proof], Purpose.PROOF)
        if refused:
            problems["mandat_preuve"] = refused
        else:
            for file in former:
                attachments.discard(file)
    return problems


def _accept(
    actor: Actor, draft: OpenedDraft, uploads: Sequence[Upload], purpose: Purpose
) -> tuple[list[Attachment], list[str]]:
    """Keep the files that can be; why each other one is refused."""
    there = queries.files(draft.id, purpose) if purpose is Purpose.PIECE else []
    return attachments.accept_all(_aidant_id(actor), draft.key, uploads, there=there, purpose=purpose)


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
