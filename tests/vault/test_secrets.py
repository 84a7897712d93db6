"""The life of a secret in the database: made, opened, erased; and the age identity of the files."""

from collections.abc import Iterator
from io import BytesIO
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pyrage
import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries, DjangoDbBlocker

from aplus.vault import services
from aplus.vault.keys import DossierKey, Erased, Place, Unreadable
from aplus.vault.models import FileIdentity, Secret

PLACE = Place("demande", "sujet", uuid4())


@pytest.mark.django_db
def test_a_secret_opens_what_it_sealed_in_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    dossier_id = uuid4()
    sealed = services.create_secret(dossier_id).seal(PLACE, "texte")
    with django_assert_num_queries(1):
        assert services.key_of(dossier_id).open(PLACE, sealed) == "texte"


@pytest.mark.django_db
def test_a_row_already_loaded_opens_without_a_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    dossier_id = uuid4()
    sealed = services.create_secret(dossier_id).seal(PLACE, "texte")
    row = Secret.objects.get()
    with django_assert_num_queries(0):
        assert services.unwrap(dossier_id, row.kek_id, row.wrapped).open(PLACE, sealed) == "texte"


@pytest.mark.django_db
def test_a_demande_never_gets_a_second_secret() -> None:
    dossier_id = uuid4()
    services.create_secret(dossier_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        services.create_secret(dossier_id)


@pytest.mark.django_db
def test_the_wrapped_secret_of_one_demande_does_not_open_another() -> None:
    mine, theirs = uuid4(), uuid4()
    services.create_secret(mine)
    services.create_secret(theirs)
    stolen = Secret.objects.get(demande_id=theirs)
    Secret.objects.filter(demande_id=mine).update(wrapped=stolen.wrapped)
    with pytest.raises(Unreadable):
        services.key_of(mine)


@pytest.mark.django_db
def test_erasing_is_for_ever_and_takes_the_files_with_it() -> None:
    dossier_id = uuid4()
    services.file_recipient(services.create_secret(dossier_id))
    assert services.erase_secret(dossier_id) is True
    assert services.erase_secret(dossier_id) is False
    assert not FileIdentity.objects.filter(dossier_id=dossier_id).exists()
    with pytest.raises(Erased):
        services.key_of(dossier_id)


@pytest.mark.django_db
def test_secrets_stand_in_their_own_schema_and_hold_no_clear_key() -> None:
    dossier_id = uuid4()
    key = services.create_secret(dossier_id)
    services.file_recipient(key)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret::text, length(wrapped) FROM secrets.secret")
        (line, length), *others = cursor.fetchall()
        cursor.execute("SELECT encode(sealed, 'escape') FROM file_identity")
        [(identity,)] = cursor.fetchall()
    assert others == []
    assert str(dossier_id) in line
    assert length == 1 + 12 + 32 + 16
    assert "AGE-SECRET-KEY" not in identity


@pytest.mark.django_db
def test_rows_name_themselves_by_their_demande_only() -> None:
    key = services.create_secret(uuid4())
    services.file_recipient(key)
    assert str(Secret.objects.get()) == f"secret of {key.dossier_id}"
    assert str(FileIdentity.objects.get()) == f"file identity of {key.dossier_id}"


@pytest.mark.django_db
def test_files_of_a_demande_have_one_identity() -> None:
    key = services.create_secret(uuid4())
    recipient = services.file_recipient(key)
    assert str(services.file_recipient(key)) == str(recipient)
    sealed = pyrage.encrypt(b"octets", [recipient])
    assert pyrage.decrypt(sealed, [services.file_identity(key)]) == b"octets"
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [pyrage.x25519.Identity.generate()])


@pytest.mark.django_db
def test_an_identity_moved_to_another_demande_does_not_open() -> None:
    mine, theirs = services.create_secret(uuid4()), services.create_secret(uuid4())
    services.file_recipient(mine)
    FileIdentity.objects.update(dossier_id=theirs.dossier_id)
    with pytest.raises(Unreadable):
        services.file_identity(theirs)


@pytest.mark.django_db
def test_a_demande_without_files_has_no_identity() -> None:
    with pytest.raises(Erased):
        services.file_identity(services.create_secret(uuid4()))


@pytest.fixture
def committed_key(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[DossierKey]:
    """A secret that other connections see, removed afterwards."""
    with django_db_blocker.unblock():
        key = services.create_secret(uuid4())
        yield key
        services.erase_secret(key.dossier_id)
        connection.close()


def test_two_first_files_at_once_share_one_identity(committed_key: DossierKey) -> None:
    seen: list[str] = []
    start = Barrier(4)

    def first_file(dossier_id: UUID) -> None:
        try:
            key = services.key_of(dossier_id)
            start.wait()
            seen.append(str(services.file_recipient(key)))
        finally:
            connection.close()

    threads = [Thread(target=first_file, args=[committed_key.dossier_id]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 4
    assert len(set(seen)) == 1
    clear, sealed = BytesIO(b"octets"), BytesIO()
    pyrage.encrypt_io(clear, sealed, [pyrage.x25519.Recipient.from_str(seen[0])])
    opened = BytesIO()
    pyrage.decrypt_io(BytesIO(sealed.getvalue()), opened, [services.file_identity(committed_key)])
    assert opened.getvalue() == b"octets"
