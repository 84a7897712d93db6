"""Setting up and removing one's own application and recovery codes."""

import json
import secrets
from base64 import b64decode, b64encode
from typing import Any
from uuid import UUID

from django.db import transaction

from aplus.access.keys import read_key, use_key
from aplus.accounts.models import RecoveryCode, Session, TotpDevice
from aplus.accounts.queries import factors as queries
from aplus.accounts.rules import factors as rules
from aplus.accounts.services import totp
from aplus.accounts.services.factors import Change, Proof, changed, lock, prove_again_by
from aplus.core import clock
from aplus.core.errors import Overtaken, Refused
from aplus.policy.actor import Actor
from aplus.vault import keks
from aplus.vault.keys import Unreadable

ALREADY_SET = "Une application est déjà en place\u00a0: retirez-la d’abord pour en mettre une autre."
NOT_BEGUN = "Ce secret n’est plus valable\u00a0: recommencez avec un nouveau."
NOT_SET = "L’application est déjà retirée."
WRONG_FIRST_CODE = (
    "Ce code n’est pas celui de ce secret. Vérifiez l’heure de votre téléphone, attendez le code suivant, "
    "puis recommencez."
)
NO_FACTOR = "Mettez d’abord en place une application ou une clé d’accès."
SHOWN = "codes-de-secours"


def begin_totp(actor: Actor, *, key: str, location: str) -> None:
    """A new secret, shown until its first code. Raises Overtaken when an application is in place, AlreadyDone."""
    with transaction.atomic():
        lock(actor)
        use_key(actor, read_key(key), location)
        if TotpDevice.objects.filter(user=actor.person_id, confirmed_at__isnull=False).exists():
            raise Overtaken(ALREADY_SET)
        totp.new_device(actor.person_id)


def confirm_totp(actor: Actor, typed: str, *, key: str, location: str) -> None:
    """The first code: from now on the application is asked. Raises Refused, Overtaken, AlreadyDone."""
    with transaction.atomic():
        lock(actor)
        use_key(actor, read_key(key), location)
        device = queries.begun_totp(actor.person_id)
        if device is None:
            raise Overtaken(NOT_BEGUN)
        if not totp.take_from(device, typed):
            raise Refused.because(WRONG_FIRST_CODE, "code")
        device.confirmed_at = clock.now()
        device.save(update_fields=["confirmed_at"])
        changed(actor, Change.TOTP_ADDED)
        prove_again_by(actor, Proof.TOTP)


def remove_totp(actor: Actor, *, key: str, location: str) -> None:
    """Raises Overtaken when there is none, AlreadyDone."""
    with transaction.atomic():
        lock(actor)
        use_key(actor, read_key(key), location)
        if not TotpDevice.objects.filter(user=actor.person_id, confirmed_at__isnull=False).delete()[0]:
            raise Overtaken(NOT_SET)
        changed(actor, Change.TOTP_REMOVED)


def make_codes(actor: Actor, *, key: str, location: str) -> list[str]:
    """Ten recovery codes in place of the former ones; they can be read now and never again.

    Raises Refused for who has no factor, AlreadyDone.
    """
    with transaction.atomic():
        lock(actor)
        use_key(actor, read_key(key), location)
        if not queries.has_factor(actor.person_id):
            raise Refused.because(NO_FACTOR)
        RecoveryCode.objects.filter(user=actor.person_id).delete()
        now, made = clock.now(), [_new_code() for _ in range(rules.RECOVERY_CODES)]
        RecoveryCode.objects.bulk_create(
            RecoveryCode(
                user_id=actor.person_id, code_hash=rules.hash_of_recovery_code(actor.person_id, code), created_at=now
            )
            for code in made
        )
        changed(actor, Change.CODES_MADE)
    return made


def sealed_for(session_id: UUID, made: list[str]) -> dict[str, Any]:
    """The codes as the session may hold them until its next page: sealed, for this session only."""
    kek_id, wrapped = keks.wrap(session_id, json.dumps(made).encode(), word=SHOWN)
    return {"kek": kek_id, "codes": b64encode(wrapped).decode()}


def opened_for(session: Session, kept: dict[str, Any]) -> list[str]:
    """The codes that the session holds; none when they cannot be read."""
    try:
        clear = keks.unwrap(session.id, kept["kek"], b64decode(kept["codes"]), word=SHOWN)
    except Unreadable:
        return []
    return list(json.loads(clear))


def _new_code() -> str:
    return "".join(secrets.choice(rules.RECOVERY_ALPHABET) for _ in range(rules.RECOVERY_SIGNS))
