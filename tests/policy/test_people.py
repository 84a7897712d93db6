"""product.md §5, the people of a groupe: who lists, proposes, adds, sets flags, closes an account; accounts.md §4."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest

from aplus.policy import decisions
from aplus.policy.actor import NOBODY, SYSTEM, Actor, Scope
from tests.policy.worlds import ALL_OF_95, CAF, CPAM, member


@dataclass(frozen=True)
class APlace:
    """The CAF of territoire 95, unless said otherwise."""

    id: UUID = CAF
    organisme_id: str = "caf"
    is_national: bool = False
    covered_codes: tuple[str, ...] = ("95",)


@dataclass(frozen=True)
class AMember:
    """Somebody in a groupe."""

    user_id: UUID
    place: APlace = APlace()


@dataclass(frozen=True)
class APerson:
    """Somebody with all their groupes."""

    user_id: UUID = field(default_factory=uuid4)
    places: tuple[APlace, ...] = (APlace(),)
    is_administrateur: bool = False
    has_scope: bool = False


def scoped(**roles):
    """Somebody signed in who holds roles outside groupes."""
    return Actor(user_id=uuid4(), **roles)


RESPONSABLE = member(CAF, "responsable")
OF_ANOTHER = member(CPAM, "responsable")
SUPERVISEUR = scoped(supervision=ALL_OF_95)
ELSEWHERE = scoped(supervision=Scope(frozenset({"06"}), None))
OBSERVATEUR = scoped(observation=Scope(None, frozenset({"caf"})))
ADMINISTRATEUR = scoped(is_administrateur=True)
PEOPLE = {
    "nobody": NOBODY,
    "the system": SYSTEM,
    "responsable": RESPONSABLE,
    "instructeur": member(CAF, "instructeur"),
    "aidant": member(CAF, "aidant"),
    "member": member(CAF),
    "of another": OF_ANOTHER,
    "superviseur": SUPERVISEUR,
    "superviseur elsewhere": ELSEWHERE,
    "observateur": OBSERVATEUR,
    "observateur of another": scoped(observation=Scope(None, frozenset({"cpam"}))),
    "expert": scoped(expertise=ALL_OF_95),
    "administrateur": ADMINISTRATEUR,
}
MEMBERS = {"responsable", "instructeur", "aidant", "member"}
MANAGERS = {"responsable", "superviseur", "administrateur"}
# Each decision about the CAF of territoire 95, and who may.
OF_THE_CAF = {
    "may_list_members": MEMBERS | MANAGERS | {"observateur"},
    "may_see_addresses": MEMBERS | MANAGERS,
    "may_propose_member": MEMBERS,
    "may_manage_members": MANAGERS,
    "may_edit_groupe": {"superviseur", "administrateur"},
}
# Each decision without a thing.
SECTIONS = {
    "may_manage_some_members": MANAGERS | {"of another", "superviseur elsewhere"},
    "may_create_groupe": {"superviseur", "superviseur elsewhere", "administrateur"},
    "may_see_people": {"superviseur", "superviseur elsewhere", "administrateur"},
    "may_administer": {"administrateur"},
}
# Each decision about a colleague whose only groupe is the CAF.
OF_A_COLLEAGUE = {
    "may_deactivate": MANAGERS,
    "may_change_address": {"superviseur", "administrateur"},
    "may_reset_factor": {"administrateur"},
    "may_see_person": {"superviseur", "administrateur"},
    "may_set_roles": {"administrateur"},
}


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("act", OF_THE_CAF)
def test_each_role_about_a_groupe(act, who):
    assert getattr(decisions, act)(PEOPLE[who], APlace()) is (who in OF_THE_CAF[act])


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("act", SECTIONS)
def test_each_role_about_a_section(act, who):
    assert getattr(decisions, act)(PEOPLE[who]) is (who in SECTIONS[act])


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("act", OF_A_COLLEAGUE)
def test_each_role_about_a_colleague(act, who):
    assert getattr(decisions, act)(PEOPLE[who], APerson()) is (who in OF_A_COLLEAGUE[act])


@pytest.mark.parametrize("who", PEOPLE)
def test_flags_are_set_by_who_manages_the_groupe(who):
    assert decisions.may_set_flags(PEOPLE[who], AMember(uuid4())) is (who in MANAGERS)


@pytest.mark.parametrize("who", sorted(MANAGERS))
def test_nobody_sets_their_own_flags_nor_closes_or_moves_their_own_account(who):
    """product.md §5: nobody raises their own role."""
    actor = PEOPLE[who]
    own = APerson(user_id=actor.person_id)
    assert not decisions.may_set_flags(actor, AMember(actor.person_id))
    assert not decisions.may_deactivate(actor, own)
    assert not decisions.may_change_address(actor, own)
    assert not decisions.may_set_roles(actor, own)
    assert not decisions.may_reset_factor(actor, own)


@pytest.mark.parametrize(
    ("territoires", "organismes", "place", "sees", "changes"),
    [
        ({"95"}, {"caf"}, APlace(), True, True),
        ({"95"}, {"caf"}, APlace(covered_codes=("95", "78")), True, False),
        ({"95", "78"}, {"caf"}, APlace(covered_codes=("95", "78")), True, True),
        ({"95"}, {"cpam"}, APlace(), False, False),
        ({"95"}, None, APlace(is_national=True, covered_codes=()), True, False),
        (None, None, APlace(is_national=True, covered_codes=()), True, True),
        (None, {"caf"}, APlace(covered_codes=()), True, True),
        ({"95"}, {"caf"}, APlace(covered_codes=()), False, False),
        (set(), None, APlace(), False, False),
        (None, set(), APlace(), False, False),
    ],
)
def test_a_superviseur_changes_what_is_wholly_in_scope(territoires, organismes, place, sees, changes):
    scope = Scope(
        None if territoires is None else frozenset(territoires), None if organismes is None else frozenset(organismes)
    )
    actor = scoped(supervision=scope)
    assert decisions.may_list_members(actor, place) is sees
    assert decisions.may_see_person(actor, APerson(places=(place,))) is sees
    assert decisions.may_manage_members(actor, place) is changes
    assert decisions.may_edit_groupe(actor, place) is changes
    assert decisions.may_deactivate(actor, APerson(places=(place,))) is changes
    assert decisions.may_change_address(actor, APerson(places=(place,))) is changes


BEYOND = {
    "a groupe of another responsable": APerson(
        places=(APlace(), APlace(id=CPAM, organisme_id="cpam", covered_codes=("06",)))
    ),
    "no groupe": APerson(places=()),
    "administrateur": APerson(is_administrateur=True),
    "a role outside groupes": APerson(has_scope=True),
}


@pytest.mark.parametrize("beyond", BEYOND)
@pytest.mark.parametrize("who", sorted(MANAGERS))
def test_an_account_that_reaches_further_is_for_the_team_only(who, beyond):
    allowed = who == "administrateur"
    assert decisions.may_deactivate(PEOPLE[who], BEYOND[beyond]) is allowed
    assert decisions.may_change_address(PEOPLE[who], BEYOND[beyond]) is allowed
