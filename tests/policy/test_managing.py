"""product.md §5, the columns of responsables, superviseurs and administrateurs: metadata and handing over."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from aplus.policy import decisions
from aplus.policy.actor import NOBODY, SYSTEM, Actor, Scope
from tests.policy.worlds import ALL_OF_95, CAF, CPAM, FRANCE_SERVICES, member


@dataclass(frozen=True)
class APlace:
    """The CAF of territoire 95, unless said otherwise."""

    id: UUID = CAF
    organisme_id: str = "caf"
    is_national: bool = False
    covered_codes: tuple[str, ...] = ("95",)


@dataclass(frozen=True)
class AManaged:
    """A demande of France services to the CAF, seen through one of the two."""

    groupe_id: UUID
    structure_id: UUID | None = FRANCE_SERVICES
    addressed_ids: tuple[UUID, ...] = (CAF,)


RESPONSABLE = member(CAF, "responsable")
# who: may they manage the CAF, read its metadata, use its models.
OF_THE_CAF = {
    "nobody": (NOBODY, False, False, False),
    "the system": (SYSTEM, False, False, False),
    "its responsable": (RESPONSABLE, True, True, True),
    "its instructeur": (member(CAF, "instructeur"), False, False, True),
    "its aidant": (member(CAF, "aidant"), False, False, False),
    "its member without a flag": (member(CAF), False, False, False),
    "the responsable of another groupe": (member(CPAM, "responsable"), False, False, False),
    "a superviseur": (Actor(user_id=uuid4(), supervision=ALL_OF_95), False, True, False),
    "an observateur": (Actor(user_id=uuid4(), observation=ALL_OF_95), False, False, False),
    "an expert": (Actor(user_id=uuid4(), expertise=ALL_OF_95), False, False, False),
    "an administrateur": (Actor(user_id=uuid4(), is_administrateur=True), False, True, False),
}


@pytest.mark.parametrize("who", OF_THE_CAF)
def test_each_role_in_a_groupe(who):
    actor, *expected = OF_THE_CAF[who]
    place = APlace()
    assert [
        decisions.may_manage_groupe(actor, place),
        decisions.may_see_metadata(actor, place),
        decisions.may_use_models(actor, place),
    ] == expected


@pytest.mark.parametrize(
    ("territoires", "organismes", "place", "expected"),
    [
        ({"95"}, {"caf"}, APlace(), True),
        (None, None, APlace(), True),
        ({"06", "95"}, None, APlace(), True),
        ({"06"}, {"caf"}, APlace(), False),
        ({"95"}, {"cpam"}, APlace(), False),
        ({"06"}, None, APlace(is_national=True, covered_codes=()), True),
        (set(), None, APlace(is_national=True), False),
        (None, set(), APlace(), False),
        (None, {"caf"}, APlace(covered_codes=()), True),
    ],
)
def test_a_superviseur_reads_the_metadata_of_their_scope(territoires, organismes, place, expected):
    scope = Scope(
        None if territoires is None else frozenset(territoires), None if organismes is None else frozenset(organismes)
    )
    assert decisions.may_see_metadata(Actor(user_id=uuid4(), supervision=scope), place) is expected


@pytest.mark.parametrize(
    ("actor", "through", "hand_over", "give"),
    [
        (member(FRANCE_SERVICES, "responsable"), FRANCE_SERVICES, True, False),
        (member(FRANCE_SERVICES, "aidant"), FRANCE_SERVICES, False, False),
        (member(FRANCE_SERVICES, "responsable"), CAF, False, False),
        (RESPONSABLE, CAF, False, True),
        (RESPONSABLE, FRANCE_SERVICES, False, False),
        (member(CAF, "instructeur"), CAF, False, False),
        (member(CPAM, "responsable"), CPAM, False, False),
        (Actor(user_id=uuid4(), supervision=ALL_OF_95), FRANCE_SERVICES, False, False),
        (Actor(user_id=uuid4(), is_administrateur=True), CAF, False, False),
        (SYSTEM, CAF, False, False),
    ],
)
def test_a_responsable_gives_what_is_of_their_groupe(actor, through, hand_over, give):
    managed = AManaged(through)
    assert decisions.may_hand_over(actor, managed) is hand_over
    assert decisions.may_give_managed_part(actor, managed) is give


def test_nothing_is_given_of_a_demande_that_may_not_be_known():
    unknown = AManaged(FRANCE_SERVICES, structure_id=None, addressed_ids=())
    assert not decisions.may_hand_over(member(FRANCE_SERVICES, "responsable"), unknown)
    assert not decisions.may_give_managed_part(member(FRANCE_SERVICES, "responsable"), unknown)


def test_an_absence_is_for_whom_it_was_loaded():
    assert decisions.may_end_own_absence(RESPONSABLE, object())
    assert not decisions.may_end_own_absence(NOBODY, object())
