"""One form, one act: the same key twice is the first act's answer."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import transaction

from aplus.access.keys import purge_used_keys, read_key, refuse_used_key, use_key
from aplus.access.models import FormKey
from aplus.accounts.queries.actors import actor_for
from aplus.core import clock
from aplus.core.errors import AlreadyDone

KEY = UUID("6f1c0d3e-0000-4000-8000-000000000001")


def test_a_posted_key_is_read():
    assert read_key(str(KEY)) == KEY


@pytest.mark.parametrize("value", [None, "", "cle", "6f1c0d3e", "\x00", "é" * 3000])
def test_without_a_usable_key_each_post_is_an_act_of_its_own(value):
    assert read_key(value) != read_key(value)


@pytest.mark.django_db
class TestUse:
    """In the database."""

    def test_the_second_use_leads_to_where_the_first_one_led(self, world):
        alice = actor_for(world.alice.pk)
        use_key(alice, KEY, "/demandes/1/")
        with pytest.raises(AlreadyDone) as done:
            use_key(alice, KEY, "/demandes/2/")
        assert done.value.location == "/demandes/1/"
        assert str(FormKey.objects.get()) == str(KEY)

    def test_asking_whether_a_key_was_used_does_not_use_it(self, world):
        alice = actor_for(world.alice.pk)
        refuse_used_key(alice, KEY)
        use_key(alice, KEY, "/demandes/1/")
        with pytest.raises(AlreadyDone):
            refuse_used_key(alice, KEY)

    def test_a_key_is_of_one_person(self, world):
        use_key(actor_for(world.alice.pk), KEY, "/demandes/1/")
        use_key(actor_for(world.amir.pk), KEY, "/demandes/2/")
        assert FormKey.objects.count() == 2

    def test_an_act_that_was_not_done_leaves_its_key_usable(self, world):
        alice = actor_for(world.alice.pk)
        with pytest.raises(RuntimeError), transaction.atomic():
            use_key(alice, KEY, "/demandes/1/")
            raise RuntimeError
        use_key(alice, KEY, "/demandes/1/")

    def test_used_keys_are_forgotten_after_a_week(self, world):
        alice, old, recent = actor_for(world.alice.pk), uuid4(), uuid4()
        now = clock.now()
        with time_machine.travel(now - timedelta(days=7, minutes=1), tick=False):
            use_key(alice, old, "/")
        with time_machine.travel(now - timedelta(days=6, hours=23), tick=False):
            use_key(alice, recent, "/")
        assert purge_used_keys() == 1
        assert FormKey.objects.get().key == recent
