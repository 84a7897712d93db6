"""Passkeys (WebAuthn): registered, proved, removed. The library checks; here is what it is asked and what is kept."""

import json
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from aplus.access.keys import read_key, use_key
from aplus.accounts.models import Passkey, User
from aplus.accounts.rules import factors as rules
from aplus.accounts.services.factors import Change, Proof, changed, lock, prove_again_by
from aplus.core import clock
from aplus.core.errors import Refused, Unknown
from aplus.journal import services as journal
from aplus.policy.actor import Actor

NAME = "Administration+"
LONGEST_ANSWER = 20_000
VERIFIED = UserVerificationRequirement.REQUIRED
NOT_TAKEN = "Cette clé d’accès n’a pas pu être ajoutée. Recommencez, ou essayez-en une autre."
TOO_MANY_KEYS = "Vous avez déjà beaucoup de clés d’accès\u00a0: retirez-en une d’abord."
ALREADY_KNOWN = "Cette clé d’accès est déjà ajoutée à un compte."


class Challenge(NamedTuple):
    """What the browser is asked, and what the session keeps to check its answer."""

    options: dict[str, Any]
    state: dict[str, Any]


def begin_registration(user: User) -> Challenge:
    """Ask for a new passkey, on none of the authenticators that this person uses already."""
    options, state = _server().register_begin(
        PublicKeyCredentialUserEntity(id=user.pk.bytes, name=user.email, display_name=user.full_name),
        _descriptors(user.pk),
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=VERIFIED,
    )
    return Challenge(dict(options), dict(state))


def register(actor: Actor, state: Any, answer: str, *, name: str, key: str, location: str) -> None:
    """Keep the public half. Raises Refused for any answer but the one asked for, AlreadyDone."""
    with transaction.atomic():
        lock(actor)
        use_key(actor, read_key(key), location)
        made = _registered(state, answer)
        if Passkey.objects.filter(user=actor.person_id).count() >= rules.PASSKEYS_AT_MOST:
            raise Refused.because(TOO_MANY_KEYS)
        credential = made.credential_data if made is not None else None
        if made is None or credential is None:
            raise Refused.because(NOT_TAKEN)
        _kept, is_new = Passkey.objects.get_or_create(
            credential_id=credential.credential_id,
            defaults={
                "user_id": actor.person_id,
                "name": name,
                "credential": bytes(credential),
                "sign_count": made.counter,
                "created_at": clock.now(),
            },
        )
        if not is_new:
            raise Refused.because(ALREADY_KNOWN)
        changed(actor, Change.PASSKEY_ADDED)
        prove_again_by(actor, Proof.PASSKEY)


def _registered(state: Any, answer: str) -> AuthenticatorData | None:
    try:
        made = _server().register_complete(state, _read(answer))
    except Exception:
        return None
    credential = made.credential_data
    is_known = credential is not None and credential.public_key.get(3) in CoseKey.supported_algorithms()
    return made if is_known else None


def begin_proof(user_id: UUID | None) -> Challenge:
    """Ask for one of this person's passkeys; without a person, for any that the browser knows for this site."""
    options, state = _server().authenticate_begin(
        _descriptors(user_id) if user_id else None, user_verification=VERIFIED
    )
    return Challenge(dict(options), dict(state))


def prove(state: Any, answer: str, *, user_id: UUID | None) -> User | None:
    """Whose passkey answered what was asked: this person's, or with None anyone's, who is then named by the answer.

    Nobody for any other answer, a closed account, or a count of signatures that went back: a passkey was copied.
    In the caller's transaction.
    """
    try:
        given = AuthenticationResponse.from_dict(_read(answer))
        credential_id, handle = given.raw_id, given.response.user_handle
        count = given.response.authenticator_data.counter
    except Exception:
        return None
    rows = Passkey.objects.select_for_update(of=("self",)).select_related("user")
    passkey = rows.filter(credential_id=credential_id, user__is_active=True).first()
    if passkey is None or user_id not in {None, passkey.user_id}:
        return None
    if handle != passkey.user.pk.bytes and (handle is not None or user_id is None):
        return None
    try:
        known = AttestedCredentialData(bytes(passkey.credential))
        _server().authenticate_complete(state, [known], given)
    except Exception:
        return None
    if count <= passkey.sign_count and (count or passkey.sign_count):
        journal.write(Actor(user_id=passkey.user_id), "cle-suspecte", kind="cle", thing_id=passkey.pk)
        return None
    passkey.sign_count, passkey.last_used_at = count, clock.now()
    passkey.save(update_fields=["sign_count", "last_used_at"])
    return passkey.user


def own(actor: Actor, passkey_id: UUID) -> Passkey | None:
    """One of one's own; another's does not exist."""
    return Passkey.objects.filter(pk=passkey_id, user=actor.person_id).first()


def rename(actor: Actor, passkey_id: UUID, name: str, *, key: str, location: str) -> None:
    """Raises Unknown for another's, or one that is gone; AlreadyDone. It changes nothing that guards the account."""
    with transaction.atomic():
        use_key(actor, read_key(key), location)
        if not Passkey.objects.filter(pk=passkey_id, user=actor.person_id).update(name=name):
            raise Unknown
        journal.write(actor, "cle-nommee", kind="cle", thing_id=passkey_id)


def remove(actor: Actor, passkey_id: UUID, *, key: str, location: str) -> None:
    """Raises Unknown for another's, or one that is gone; AlreadyDone."""
    with transaction.atomic():
        lock(actor)
        use_key(actor, read_key(key), location)
        if not Passkey.objects.filter(pk=passkey_id, user=actor.person_id).delete()[0]:
            raise Unknown
        changed(actor, Change.PASSKEY_REMOVED)


def _server() -> Fido2Server:
    """For the one origin where passkeys are made and used."""
    origin = settings.PASSKEY_ORIGIN
    party = PublicKeyCredentialRpEntity(id=urlsplit(origin).hostname or "", name=NAME)
    return Fido2Server(party, verify_origin=lambda given: given == origin)


def _descriptors(user_id: UUID) -> list[PublicKeyCredentialDescriptor]:
    ids = Passkey.objects.filter(user=user_id).values_list("credential_id", flat=True)
    return [PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=bytes(one)) for one in ids]


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST_ANSWER:
        raise ValueError("no browser says so much")
    read = json.loads(answer)
    if not isinstance(read, dict):
        raise TypeError("not an answer")
    return read
