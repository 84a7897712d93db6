"""Making, opening, re-wrapping and erasing the secrets of demandes, and the age identities of their files."""

from os import urandom
from typing import Any
from uuid import UUID

from django.db import transaction
from pyrage import x25519

from aplus.core import clock
from aplus.vault import held, keks
from aplus.vault.held import Held
from aplus.vault.keys import DossierKey, Erased, Place
from aplus.vault.models import FileIdentity, Secret
from aplus.vault.rules import KEY_BYTES

# The secrets of demandes, as a table among those that are wrapped.
OF_DEMANDES = Held(Secret, "secret")


def create_secret(dossier_id: UUID) -> DossierKey:
    """A new secret for a new draft, in the caller's transaction. One demande never gets a second one."""
    secret = urandom(KEY_BYTES)
    kek_id, wrapped = keks.wrap(dossier_id, secret)
    Secret.objects.create(demande_id=dossier_id, kek_id=kek_id, wrapped=wrapped, created_at=clock.now())
    return DossierKey(dossier_id, secret)


def unwrap(dossier_id: UUID, kek_id: str, wrapped: bytes | memoryview) -> DossierKey:
    """The key, from the columns of its row loaded with others: no query. Raises Unreadable."""
    return DossierKey(dossier_id, keks.unwrap(dossier_id, kek_id, wrapped))


def key_of(dossier_id: UUID) -> DossierKey:
    """The key, in one query. Raises Erased."""
    row = Secret.objects.filter(demande_id=dossier_id).values_list("kek_id", "wrapped").first()
    if row is None:
        raise Erased(dossier_id)
    return unwrap(dossier_id, *row)


def erase_secret(dossier_id: UUID) -> bool:
    """Make the content unreadable for ever; False when there was no secret."""
    FileIdentity.objects.filter(dossier_id=dossier_id).delete()
    deleted, _ = Secret.objects.filter(demande_id=dossier_id).delete()
    return deleted > 0


def wrapped_somewhere() -> list[Held]:
    """Every table that holds secrets wrapped by the keys of the settings."""
    return [OF_DEMANDES, *held.declared()]


def rewrap_batch(size: int) -> int:
    """Wrap up to `size` secrets of retired keys again with the active one; how many were, 0 when none is left.

    One table at a time, in one transaction.
    """
    for kept in wrapped_somewhere():
        if done := _rewrap(kept, size):
            return done
    return 0


def _rewrap(kept: Held, size: int) -> int:
    rows: Any = kept.model._default_manager.exclude(kek_id=keks.active_id())  # noqa: SLF001  Django's public name
    with transaction.atomic():
        secrets = list(rows.select_for_update().order_by("pk")[:size])
        for secret in secrets:
            clear = kept.unwrap(secret.pk, secret.kek_id, secret.wrapped)
            secret.kek_id, secret.wrapped = kept.wrap(secret.pk, clear)
        if secrets:
            kept.model._default_manager.bulk_update(secrets, ["kek_id", "wrapped"])  # noqa: SLF001  the same
    return len(secrets)


def _identity_place(dossier_id: UUID) -> Place:
    return Place("file_identity", "sealed", dossier_id)


def file_recipient(key: DossierKey) -> x25519.Recipient:
    """Whom the files of this demande are encrypted to; made at the first file, once even when two arrive together."""
    rows = FileIdentity.objects.filter(dossier_id=key.dossier_id).values_list("recipient", flat=True)
    recipient = rows.first()
    if recipient is None:
        identity = x25519.Identity.generate()
        made = FileIdentity(
            dossier_id=key.dossier_id,
            recipient=str(identity.to_public()),
            sealed=key.seal(_identity_place(key.dossier_id), str(identity)),
        )
        FileIdentity.objects.bulk_create([made], ignore_conflicts=True)
        recipient = rows.get()
    return x25519.Recipient.from_str(recipient)


def file_identity(key: DossierKey) -> x25519.Identity:
    """What opens the files of this demande. Raises Erased when it never had one or has it no more."""
    sealed = FileIdentity.objects.filter(dossier_id=key.dossier_id).values_list("sealed", flat=True).first()
    if sealed is None:
        raise Erased(key.dossier_id)
    return x25519.Identity.from_str(key.open(_identity_place(key.dossier_id), sealed))
