"""Proving a second factor, and what every change of one's factors entails."""

from enum import StrEnum
from uuid import UUID, uuid4

from django.db import transaction

from aplus.access.keys import read_key, use_key
from aplus.accounts.models import Passkey, RecoveryCode, Session, TotpDevice, User
from aplus.accounts.queries import actors, persons
from aplus.accounts.queries import factors as queries
from aplus.accounts.rules import factors as rules
from aplus.accounts.services import totp
from aplus.accounts.services.ending import end_sessions
from aplus.core import clock
from aplus.core.errors import NotAllowed, Overtaken, Unknown
from aplus.journal import services as journal
from aplus.notifications.services import tell
from aplus.policy import decisions
from aplus.policy.actor import Actor

# The word of X-Aplus-Evenement, and the journal's for a factor that was proved.
EVENT = "second-facteur"
PROVED = "second-facteur-prouve"
NOTHING_TO_RESET = "Cette personne n’a pas ou n’a plus de second facteur\u00a0: il n’y a rien à effacer."


class Proof(StrEnum):
    """What proved the person."""

    TOTP = "application"
    RECOVERY = "code-de-secours"
    PASSKEY = "cle"


class Change(StrEnum):
    """What happened to somebody's factors: the journal's word, and the code of the mail."""

    TOTP_ADDED = "application-ajoutee"
    TOTP_REMOVED = "application-retiree"
    PASSKEY_ADDED = "cle-ajoutee"
    PASSKEY_REMOVED = "cle-retiree"
    CODES_MADE = "codes-de-secours-faits"
    CODE_USED = "code-de-secours-utilise"
    RESET = "second-facteur-efface"


def prove(user_id: UUID, typed: str) -> Proof | None:
    """Whether what was typed is a code of this person's application or a recovery code, and use it up.

    In the caller's transaction: of two that bring the same code at once, the second waits and brings nothing.
    """
    code = rules.as_recovery_code(typed)
    if code:
        return Proof.RECOVERY if _use_recovery_code(user_id, code) else None
    return Proof.TOTP if totp.take_code(user_id, typed) else None


def _use_recovery_code(user_id: UUID, code: str) -> bool:
    now = clock.now()
    kept = RecoveryCode.objects.filter(user=user_id, code_hash=rules.hash_of_recovery_code(user_id, code))
    if not kept.filter(used_at=None).update(used_at=now):
        return False
    note_change(Actor(user_id=user_id), Change.CODE_USED, user_id=user_id)
    return True


def note_proof(user_id: UUID, session_id: UUID, proof: Proof) -> None:
    """The proof's moment in the session, and its line."""
    Session.objects.filter(id=session_id, user_id=user_id).update(factor_at=clock.now())
    actor = Actor(user_id=user_id, session_id=session_id)
    journal.write(actor, PROVED, kind="session", thing_id=session_id, codes={"moyen": proof.value})


def prove_again(actor: Actor, typed: str) -> Proof | None:
    """The person of this session proves their factor anew."""
    with transaction.atomic():
        proof = prove(actor.person_id, typed)
        if proof is not None:
            prove_again_by(actor, proof)
    return proof


def prove_again_by(actor: Actor, proof: Proof) -> None:
    """The factor of this session is fresh."""
    if actor.session_id is not None:
        note_proof(actor.person_id, actor.session_id, proof)


def lock(actor: Actor) -> User:
    """The person's own account, until the end of the transaction: changes of one's factors come one by one."""
    user = User.objects.select_for_update(no_key=True).filter(pk=actor.person_id, is_active=True).first()
    if user is None:
        raise NotAllowed
    return user


def changed(actor: Actor, change: Change) -> None:
    """One's factors changed: a line, a mail, and the other sessions end. In the transaction of the change."""
    note_change(actor, change, user_id=actor.person_id)
    end_sessions(actor.person_id, keep=actor.session_id)
    if not queries.has_factor(actor.person_id):
        RecoveryCode.objects.filter(user=actor.person_id).delete()


def note_change(actor: Actor, change: Change, *, user_id: UUID) -> None:
    """The line of the journal, and the mail to the person."""
    journal.write(actor, change.value, kind="compte", thing_id=user_id)
    tell(act_id=uuid4(), event=EVENT, at=clock.now(), people=[user_id], codes={"quoi": change.value})


def reset(actor: Actor, user_id: UUID, *, key: str, location: str) -> None:
    """Take somebody else's factors away after their responsable's word: they enter again and set others up.

    By an administrateur, never for oneself. Every session of the person ends. Raises Unknown, NotAllowed, Overtaken
    (there is none to take away), AlreadyDone.
    """
    with transaction.atomic():
        list(User.objects.select_for_update(no_key=True).filter(pk=user_id))
        person = persons.person(user_id)
        if person is None:
            raise Unknown
        if not decisions.may_reset_factor(actors.as_of_now(actor), person):
            raise NotAllowed
        use_key(actor, read_key(key), location)
        removed = [model.objects.filter(user=user_id).delete()[0] for model in (TotpDevice, Passkey, RecoveryCode)]
        if not any(removed):
            raise Overtaken(NOTHING_TO_RESET)
        end_sessions(user_id)
        note_change(actor, Change.RESET, user_id=user_id)
