"""Key-encrypting keys: refused at start-up when unusable, rotated without losing a secret."""

from base64 import b64encode
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries, Settings

from aplus.accounts.models import TotpDevice
from aplus.accounts.services.totp import SECRETS
from aplus.core import clock
from aplus.vault import services
from aplus.vault.checks import check_keks
from aplus.vault.keys import Place, Unreadable
from aplus.vault.models import Secret
from tests import personas
from tests.personas import World

OLD = "vieille:" + b64encode(b"a" * 32).decode()
NEW = "neuve:" + b64encode(b"b" * 32).decode()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "there is no key"),
        (["sans-deux-points"], "key number 1 is not written id:base64"),
        ([NEW, ":" + "A" * 44], "key number 2 is not written id:base64"),
        (["x" * 41 + ":" + "A" * 44], "key number 1 is not written id:base64"),
        (["a:pas du base64 !"], "key a is not base64"),
        (["a:" + b64encode(b"court").decode()], "key a has 5 bytes instead of 32"),
        ([NEW, NEW], "key neuve is given twice"),
    ],
)
def test_an_unusable_key_stops_the_start(settings: Settings, words: list[str], says: str) -> None:
    settings.KEY_ENCRYPTING_KEYS = words
    errors = check_keks(None)
    assert [error.id for error in errors] == ["vault.E001"]
    assert errors[0].msg == f"APLUS_KEKS: {says}"


def test_usable_keys_let_the_product_start(settings: Settings) -> None:
    settings.KEY_ENCRYPTING_KEYS = [NEW, OLD]
    assert check_keks(None) == []


@pytest.mark.django_db
class TestRotation:
    """The old key retires: new secrets use the new one at once, old ones after `rewrap_secrets`."""

    def test_secrets_are_wrapped_again_in_batches_and_still_open(
        self, settings: Settings, capsys: pytest.CaptureFixture[str]
    ) -> None:
        settings.KEY_ENCRYPTING_KEYS = [OLD]
        place = Place("demande", "sujet", uuid4())
        sealed = {(key := services.create_secret(uuid4())).dossier_id: key.seal(place, "texte") for _ in range(5)}

        settings.KEY_ENCRYPTING_KEYS = [NEW, OLD]
        fresh = services.create_secret(uuid4())
        assert Secret.objects.get(demande_id=fresh.dossier_id).kek_id == "neuve"
        call_command("rewrap_secrets", batch=2)
        assert capsys.readouterr().out == "5 secrets re-wrapped with neuve\n"

        settings.KEY_ENCRYPTING_KEYS = [NEW]
        assert [services.key_of(one).open(place, sealed[one]) for one in sealed] == ["texte"] * 5

    def test_what_apps_above_keep_wrapped_is_wrapped_again_too(
        self, settings: Settings, capsys: pytest.CaptureFixture[str], world: World
    ) -> None:
        settings.KEY_ENCRYPTING_KEYS = [OLD]
        TotpDevice.objects.all().delete()
        kept = personas.totp_of(world.nora, clock.now())
        kept.save(force_insert=True)
        settings.KEY_ENCRYPTING_KEYS = [NEW, OLD]
        services.create_secret(uuid4())
        call_command("rewrap_secrets")
        assert capsys.readouterr().out == "1 secrets re-wrapped with neuve\n"

        settings.KEY_ENCRYPTING_KEYS = [NEW]
        kept.refresh_from_db()
        assert SECRETS.unwrap(kept.pk, kept.kek_id, kept.wrapped) == personas.secret_of(world.nora)
        with pytest.raises(Unreadable):
            services.unwrap(kept.pk, kept.kek_id, kept.wrapped)

    def test_the_last_copy_of_a_key_is_missed_before_anything_is_touched(self, settings: Settings) -> None:
        settings.KEY_ENCRYPTING_KEYS = [OLD]
        key = services.create_secret(uuid4())
        settings.KEY_ENCRYPTING_KEYS = [NEW]
        with pytest.raises(CommandError, match="vieille"):
            call_command("rewrap_secrets")
        with pytest.raises(Unreadable, match="vieille"):
            services.key_of(key.dossier_id)

    def test_a_batch_costs_the_same_queries_whatever_its_size(
        self, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        settings.KEY_ENCRYPTING_KEYS = [OLD]
        for _ in range(20):
            services.create_secret(uuid4())
        settings.KEY_ENCRYPTING_KEYS = [NEW, OLD]
        with django_assert_num_queries(4):  # read and write, between the two of a savepoint
            assert services.rewrap_batch(20) == 20
