"""What an actor holds, read from its memberships and scopes."""

from dataclasses import FrozenInstanceError
from uuid import uuid4

import pytest

from aplus.policy.actor import NOBODY, SYSTEM, Actor
from tests.policy.worlds import AFTER, BEFORE, CAF, CCAS, CPAM, FRANCE_SERVICES, held, member

MANY_HATS = Actor(
    user_id=uuid4(),
    memberships=(
        held(FRANCE_SERVICES, "aidant", "responsable"),
        held(CAF, "instructeur", since=BEFORE),
        held(CPAM, "aidant", "instructeur", since=AFTER),
        held(CCAS),
    ),
)


def test_each_role_is_held_somewhere_never_everywhere():
    assert MANY_HATS.aidant_groupe_ids == {FRANCE_SERVICES, CPAM}
    assert MANY_HATS.instructeur_groupe_ids == {CAF, CPAM}
    assert MANY_HATS.responsable_groupe_ids == {FRANCE_SERVICES}
    assert MANY_HATS.groupe_ids == {FRANCE_SERVICES, CAF, CPAM, CCAS}


def test_since_when_instructeur_is_held_in_each_groupe():
    assert MANY_HATS.instructeur_since(CAF) == BEFORE
    assert MANY_HATS.instructeur_since(CPAM) == AFTER
    assert MANY_HATS.instructeur_since(FRANCE_SERVICES) is None
    assert MANY_HATS.instructeur_since(uuid4()) is None


def test_nobody_and_the_system_are_not_signed_in_and_hold_nothing():
    for actor in (NOBODY, SYSTEM):
        assert not actor.is_signed_in
        assert not actor.groupe_ids
        assert not actor.has_pilotage
    assert member(CAF).is_signed_in


def test_an_actor_cannot_be_changed_during_a_request():
    with pytest.raises(FrozenInstanceError):
        NOBODY.is_administrateur = True


def test_asking_the_id_of_nobody_is_a_mistake_in_the_code():
    assert MANY_HATS.person_id == MANY_HATS.user_id
    with pytest.raises(ValueError, match="nobody is signed in"):
        _ = NOBODY.person_id
