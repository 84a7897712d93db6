"""Keeping a reply while it is typed: for its author only, no act, gone once it is sent (demandes.md §5)."""

from dataclasses import replace
from uuid import UUID, uuid4

from django.db import transaction

from aplus.access.keys import refuse_used_key, use_key
from aplus.core import clock
from aplus.core.errors import NotAllowed, Overtaken, Refused, Unknown
from aplus.demandes.models import Demande, ReplyAct, ReplyDraft
from aplus.demandes.openers import key_for
from aplus.demandes.queries import reply_drafts as queries
from aplus.demandes.queries.reply_drafts import TypedReply
from aplus.demandes.rules.life import DemandeState
from aplus.demandes.rules.steps import Raw, Typed
from aplus.demandes.rules.versions import BY_BUTTON, Aside, Written, is_stale, put_aside, unseen
from aplus.demandes.services.acting import ERASED, TOO_LATE, Act
from aplus.policy import decisions
from aplus.policy.actor import Actor
from aplus.vault.keys import DossierKey

# Beyond it nothing is kept: no honest typing is that long.
LONGEST = 200_000
CHANGED_ELSEWHERE = "Cette réponse a été modifiée dans un autre onglet\u00a0: ce que vous écrivez ici est gardé à part."
TOO_LONG = "Ce texte est trop long pour être gardé\u00a0: raccourcissez-le, ou joignez-le en fichier."
WORDS = ("message", "info_nom", "info_valeur", "promis_le", "demarche", "fichiers_gardes")
TICKS = ("aussi", "groupes", "non_pertinent")


def is_empty(raw: Raw) -> bool:
    """Whether nothing was typed nor chosen that would be missed."""
    typed = Typed(raw)
    words = any(text.strip() for name in (*WORDS, *TICKS) for text in typed.all(name))
    return not words and typed.last("acte") in {"", ReplyAct.REPLY}


def keep(actor: Actor, demande: Demande, raw: Raw, *, version: int | None, page: UUID, rank: int) -> None:
    """Keep what is typed by the page whose form has this key; `version` is the draft that page showed, 0 for none.

    Raises AlreadyDone (that form was sent since), Overtaken (another page wrote since: kept beside; or archived),
    Refused (unreasonably long), NotAllowed.
    """
    _require_right(actor, demande)
    if sum(len(text) for name in raw for text in Typed(raw).all(name)) > LONGEST:
        raise Refused.because(TOO_LONG)
    with transaction.atomic():
        key = _lock(demande)
        refuse_used_key(actor, page)
        former = queries.own(actor, key)
        is_late = former is not None and _is_stale(former, version, page)
        if former is None:
            if not is_empty(raw):
                _create(actor, key, raw, Written(1, str(page), rank))
        elif is_late:
            _keep_aside(key, former, raw, page)
        elif former.written.is_before(str(page), rank):
            _write(key, replace(former, raw=raw), str(page), rank)
    if is_late:
        raise Overtaken(CHANGED_ELSEWHERE)


def choose(
    actor: Actor, demande: Demande, *, page: UUID, version: int | None, is_taken: bool, key: UUID, location: str
) -> None:
    """Take up a text put aside (the other one takes its place), or erase it. Raises Unknown, Overtaken, AlreadyDone."""
    _require_right(actor, demande)
    with transaction.atomic():
        dossier_key = _lock(demande)
        use_key(actor, key, location)
        draft = queries.own(actor, dossier_key)
        aside = next((one for one in draft.asides if one.page == str(page)), None) if draft else None
        if draft is None or aside is None:
            raise Unknown
        if version is None or draft.version > version:
            raise Overtaken(CHANGED_ELSEWHERE)
        left = [one for one in draft.asides if one is not aside]
        if not is_taken:
            _write(dossier_key, replace(draft, asides=left), draft.written.page, draft.written.rank)
            return
        if not is_empty(draft.raw):
            left = put_aside(left, _aside(draft, draft.raw, draft.written.page))
        _write(dossier_key, replace(draft, raw=aside.raw, asides=left), aside.page, BY_BUTTON)


def forget(act: Act, *, page: UUID, version: int | None) -> None:
    """Erase what was sent, in the transaction that sends it; what other pages typed and this one did not show stays."""
    draft = queries.own(act.actor, act.key)
    if draft is None:
        return
    others = [aside for aside in draft.asides if aside.page != str(page)]
    left = [] if version is None else unseen(others, version)
    raw = draft.raw if _is_stale(draft, version, page) else {}
    _write(act.key, replace(draft, raw=raw, asides=left), draft.written.page, draft.written.rank)


def _require_right(actor: Actor, demande: Demande) -> None:
    if actor.user_id is None or not decisions.may_reply(actor, demande):
        raise NotAllowed


def _lock(demande: Demande) -> DossierKey:
    """The demande's row, so that a save never crosses the sending of the same text; its key."""
    rows = Demande.objects.select_for_update(no_key=True).filter(pk=demande.id)
    state = rows.values_list("state", flat=True).first()
    if state == DemandeState.ARCHIVED:
        raise Overtaken(TOO_LATE[DemandeState.ARCHIVED])
    if demande.wrapped is None:
        raise Overtaken(ERASED)
    return key_for(demande)


def _is_stale(draft: TypedReply, version: int | None, page: UUID) -> bool:
    return is_stale(version, str(page), current=draft.version, writers=[draft.written], first=0)


def _create(actor: Actor, key: DossierKey, raw: Raw, written: Written) -> None:
    draft = TypedReply(uuid4(), written.version, raw, written)
    ReplyDraft.objects.create(
        id=draft.id,
        demande_id=key.dossier_id,
        user_id=actor.person_id,
        sealed=key.seal_json(queries.place(draft.id), draft.to_json()),
        version=draft.version,
        updated_at=clock.now(),
    )


def _keep_aside(key: DossierKey, draft: TypedReply, raw: Raw, page: UUID) -> None:
    """Beside what another page wrote, unless it is the same."""
    if raw != draft.raw and not is_empty(raw):
        asides = put_aside(draft.asides, _aside(draft, raw, str(page)))
        _write(key, replace(draft, asides=asides), draft.written.page, draft.written.rank, is_new=False)


def _aside(draft: TypedReply, raw: Raw, page: str) -> Aside:
    return Aside(page=page, version=draft.version + 1, at=clock.now().isoformat(), raw=raw)


def _write(key: DossierKey, draft: TypedReply, page: str, rank: int, *, is_new: bool = True) -> None:
    """The row one version further, or no row when nothing is left; `is_new`: what is typed changed, not only asides."""
    rows = ReplyDraft.objects.filter(pk=draft.id)
    if is_empty(draft.raw) and not draft.asides:
        rows.delete()
        return
    version = draft.version + 1
    written = Written(version, page, rank) if is_new else draft.written
    sealed = key.seal_json(queries.place(draft.id), replace(draft, version=version, written=written).to_json())
    rows.update(sealed=sealed, version=version, updated_at=clock.now())


def erase_all(demande_id: UUID) -> None:
    """Nobody writes on an archived demande: what was being typed there goes."""
    ReplyDraft.objects.filter(demande_id=demande_id).delete()
