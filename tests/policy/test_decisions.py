"""product.md §4 and §5 as tables: in which capacity each person is on a demande, and what each capacity may do."""

from uuid import uuid4

import pytest

from aplus.policy import decisions
from aplus.policy.actor import NOBODY, SYSTEM, Actor
from aplus.policy.decisions import Side, Standing
from tests.policy.worlds import (
    AFTER,
    ALL_OF_95,
    ARCHIVED_AT,
    BEFORE,
    CAF,
    CCAS,
    CPAM,
    FRANCE_SERVICES,
    ADemande,
    AFile,
    AMessage,
    APart,
    held,
    member,
    on_it,
)

ALICE = member(FRANCE_SERVICES, "aidant")
AMIR = member(FRANCE_SERVICES, "aidant")
INES = member(CAF, "instructeur")
PAUL = member(CPAM, "instructeur")
COLLEAGUE = member(CAF, "instructeur")
ELISE = Actor(user_id=uuid4(), expertise=ALL_OF_95)

# The demande of the tables: Alice's, Amir co-author, to the CAF; Paul and Élise are invited.
PEOPLE = (
    on_it(ALICE, "auteur", FRANCE_SERVICES),
    on_it(AMIR, "co-auteur", FRANCE_SERVICES),
    on_it(PAUL, "invite", CPAM),
    on_it(ELISE, "expert"),
)
OPEN = ADemande(participant_list=PEOPLE)
ARCHIVED = ADemande(participant_list=PEOPLE, archived_at=ARCHIVED_AT)

# Who is not on it, whatever they are elsewhere (product.md §5: 404).
STRANGERS = {
    "nobody": NOBODY,
    "the system": SYSTEM,
    "an aidant of the same structure": member(FRANCE_SERVICES, "aidant"),
    "an aidant of another structure": member(CCAS, "aidant"),
    "an instructeur of another groupe": member(CCAS, "instructeur"),
    "an instructeur of the structure": member(FRANCE_SERVICES, "instructeur"),
    "a member of the addressed groupe without the flag": member(CAF),
    "an aidant of the addressed groupe": member(CAF, "aidant"),
    "the responsable of the structure": member(FRANCE_SERVICES, "responsable"),
    "the responsable of the addressed groupe": member(CAF, "responsable"),
    "a superviseur": Actor(user_id=uuid4(), supervision=ALL_OF_95),
    "an observateur": Actor(user_id=uuid4(), observation=ALL_OF_95),
    "an administrateur": Actor(user_id=uuid4(), is_administrateur=True),
    "an expert who was not invited": Actor(user_id=uuid4(), expertise=ALL_OF_95),
    "the author, aidant no more": Actor(user_id=ALICE.user_id),
    "the author, aidant elsewhere only": member(CCAS, "aidant", user_id=ALICE.user_id),
    "the author, member without the flag": member(FRANCE_SERVICES, "responsable", user_id=ALICE.user_id),
    "the co-author, aidant no more": member(FRANCE_SERVICES, user_id=AMIR.user_id),
    "the person invited, out of the groupe": Actor(user_id=PAUL.user_id),
    "the person invited, instructeur elsewhere only": member(CCAS, "instructeur", user_id=PAUL.user_id),
    "the person invited, without the flag": member(CPAM, "aidant", user_id=PAUL.user_id),
    "the expert, expert no more": Actor(user_id=ELISE.user_id),
}


@pytest.mark.parametrize("who", STRANGERS)
@pytest.mark.parametrize("demande", [OPEN, ARCHIVED], ids=["open", "archived"])
def test_strangers_have_no_standing(who, demande):
    assert decisions.standing(STRANGERS[who], demande) is None
    assert decisions.side(STRANGERS[who], demande) is None


# who: (on the open demande, on the archived one)
ON_IT = {
    "the author": (ALICE, "auteur", "auteur"),
    "a co-author": (AMIR, "co-auteur", "co-auteur"),
    "an instructeur of an addressed groupe": (INES, "instructeur", "instructeur"),
    "one who joined after archiving": (member(CAF, "instructeur", since=AFTER), "instructeur", None),
    "one who joined at the moment of archiving": (
        member(CAF, "instructeur", since=ARCHIVED_AT),
        "instructeur",
        "instructeur",
    ),
    "an instructeur who is a responsable too": (
        member(CAF, "instructeur", "responsable"),
        "instructeur",
        "instructeur",
    ),
    "a person invited by name": (PAUL, "invite", "invite"),
    "an expert": (ELISE, "expert", None),
    # Nobody is on both sides: the author's side first, whatever other hats.
    "the author, instructeur of the addressed groupe": (
        Actor(
            user_id=ALICE.user_id,
            memberships=(held(FRANCE_SERVICES, "aidant"), held(CAF, "instructeur")),
        ),
        "auteur",
        "auteur",
    ),
    "the co-author, instructeur of the addressed groupe": (
        Actor(user_id=AMIR.user_id, memberships=(held(CAF, "instructeur"), held(FRANCE_SERVICES, "aidant"))),
        "co-auteur",
        "co-auteur",
    ),
    # … and then on neither, once aidant no more.
    "the author, now instructeur of the addressed groupe only": (
        member(CAF, "instructeur", user_id=ALICE.user_id),
        None,
        None,
    ),
    # The wider of two ways in.
    "the person invited, now in an addressed groupe": (
        member(CAF, "instructeur", user_id=PAUL.user_id),
        "instructeur",
        "instructeur",
    ),
    "the expert, instructeur of an addressed groupe": (
        Actor(user_id=ELISE.user_id, expertise=ALL_OF_95, memberships=(held(CAF, "instructeur"),)),
        "instructeur",
        "instructeur",
    ),
    "the person invited, in the addressed groupe since it was archived": (
        Actor(
            user_id=PAUL.user_id,
            memberships=(held(CPAM, "instructeur"), held(CAF, "instructeur", since=AFTER)),
        ),
        "instructeur",
        "invite",
    ),
}


@pytest.mark.parametrize("who", ON_IT)
def test_in_which_capacity_each_person_is_on_it(who):
    actor, when_open, when_archived = ON_IT[who]
    assert decisions.standing(actor, OPEN) == when_open
    assert decisions.standing(actor, ARCHIVED) == when_archived


def test_any_addressed_groupe_opens_the_demande():
    demande = ADemande(part_list=(APart(CPAM), APart(CAF)), participant_list=PEOPLE)
    assert decisions.standing(INES, demande) is Standing.INSTRUCTEUR
    assert decisions.standing(PAUL, demande) is Standing.INSTRUCTEUR


def test_one_membership_too_late_does_not_hide_another():
    actor = Actor(
        user_id=uuid4(), memberships=(held(CAF, "instructeur", since=AFTER), held(CPAM, "instructeur", since=BEFORE))
    )
    demande = ADemande(archived_at=ARCHIVED_AT, part_list=(APart(CAF, ("nir",)), APart(CPAM, ("numero_fiscal",))))
    assert decisions.standing(actor, demande) is Standing.INSTRUCTEUR
    assert decisions.needed_identifiers(actor, demande) == {"numero_fiscal"}


CAPACITIES = {
    "auteur": ALICE,
    "co-auteur": AMIR,
    "instructeur": INES,
    "invite": PAUL,
    "expert": ELISE,
    "stranger": NOBODY,
}
AUTHORS, INSTRUCTEURS = {"auteur", "co-auteur"}, {"instructeur", "invite", "expert"}
EVERYONE = AUTHORS | INSTRUCTEURS
# product.md §5, a line per act on a demande; §4 for (a), (b), (c) of the instructeurs' side.
ACTS = {
    "may_read": EVERYONE,
    "may_reply": EVERYONE,
    "may_follow": EVERYONE,
    "may_read_notes": INSTRUCTEURS,
    "may_write_note": INSTRUCTEURS,
    "may_choose_act": INSTRUCTEURS,
    "may_bring_news": INSTRUCTEURS,
    "may_move_part": {"instructeur"},
    "may_invite": AUTHORS | {"instructeur"},
    "may_invite_person": {"instructeur"},
    "may_add_co_author": AUTHORS,
    "may_print_sheet": AUTHORS,
    "may_archive": AUTHORS,
    "may_say_still_blocked": AUTHORS,
    "may_reopen": AUTHORS,
    "may_withdraw_mandat": AUTHORS,
    "may_renew_mandat": AUTHORS,
    "may_leave": {"co-auteur", "invite", "expert"},
    "may_ask_identifier": AUTHORS | {"instructeur"},
}
# Asked without a demande, or of something else: tested below.
OTHERS = {
    *("may_enter", "may_see_pilotage", "may_create_demande", "may_see_groupe"),
    *("may_download", "may_read_mandat", "may_see_identifier", "may_keep_time", "may_change_message"),
    # Of a groupe: test_managing.py.
    *("may_manage_groupe", "may_see_metadata", "may_hand_over", "may_give_managed_part", "may_use_models"),
    "may_end_own_absence",
    # Of the people of a groupe: test_people.py.
    *("may_list_members", "may_see_addresses", "may_propose_member", "may_manage_members"),
    *("may_manage_some_members", "may_set_flags", "may_edit_groupe", "may_create_groupe", "may_deactivate"),
    *("may_change_address", "may_see_person", "may_see_people", "may_administer", "may_set_roles"),
    "may_reset_factor",
}


def test_the_table_knows_every_decision():
    """A decision was added: write its line in ACTS, from product.md §5."""
    assert {name for name in vars(decisions) if name.startswith("may_")} == ACTS.keys() | OTHERS


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("capacity", CAPACITIES)
def test_each_capacity_may_what_the_spec_says(act, capacity):
    allowed = getattr(decisions, act)(CAPACITIES[capacity], OPEN)
    assert allowed is (capacity in ACTS[act])


@pytest.mark.parametrize("act", ACTS)
def test_an_expert_may_nothing_on_an_archived_demande(act):
    assert getattr(decisions, act)(ELISE, ARCHIVED) is False


@pytest.mark.parametrize("act", ACTS)
def test_an_author_with_the_other_hat_may_what_an_author_may(act):
    both = ON_IT["the author, instructeur of the addressed groupe"][0]
    assert getattr(decisions, act)(both, OPEN) is getattr(decisions, act)(ALICE, OPEN)
    assert decisions.needed_identifiers(both, OPEN) == frozenset()


def test_each_capacity_is_on_one_side():
    assert {capacity for capacity in Standing if capacity.side is Side.AUTHOR} == AUTHORS
    assert {capacity for capacity in Standing if capacity.side is Side.INSTRUCTEURS} == INSTRUCTEURS


def test_an_identifier_is_for_the_instructeurs_whose_organisme_needs_it():
    assert decisions.needed_identifiers(INES, OPEN) == {"numero_caf"}
    assert decisions.needed_identifiers(PAUL, OPEN) == frozenset()
    needs_none = ADemande(part_list=(APart(CAF),), participant_list=PEOPLE)
    assert not decisions.may_ask_identifier(INES, needs_none)
    assert decisions.may_ask_identifier(ALICE, needs_none)


@pytest.mark.parametrize("field", ["nir", "numero_caf", "numero_fiscal"])
def test_an_identifier_in_clear_is_asked_for_one_by_one(field):
    """The author's side may ask for each; an instructeur for those that their organisme needs; nobody else for any."""
    seen = {capacity for capacity, actor in CAPACITIES.items() if decisions.may_see_identifier(actor, OPEN, field)}
    assert seen == AUTHORS | ({"instructeur"} if field == "numero_caf" else set())


def test_a_file_is_for_who_reads_its_demande_or_keeps_it_in_a_draft():
    assert decisions.may_download(INES, AFile(OPEN))
    assert not decisions.may_download(member(CCAS, "aidant"), AFile(OPEN))
    assert decisions.may_download(ALICE, AFile(None))


def test_a_message_is_changed_by_who_wrote_it_as_long_as_they_read_it():
    assert decisions.may_change_message(INES, AMessage(OPEN, INES.user_id))
    assert not decisions.may_change_message(COLLEAGUE, AMessage(OPEN, INES.user_id))
    assert not decisions.may_change_message(ALICE, AMessage(OPEN, INES.user_id))
    gone = member(CCAS, "instructeur")
    assert not decisions.may_change_message(gone, AMessage(OPEN, gone.user_id))


def test_a_mandat_is_for_who_reads_its_demande_or_may_still_send_its_draft():
    assert decisions.may_read_mandat(INES, AFile(OPEN))
    assert not decisions.may_read_mandat(member(CCAS, "aidant"), AFile(OPEN))
    assert decisions.may_read_mandat(ALICE, AFile(None))
    assert not decisions.may_read_mandat(INES, AFile(None))


def test_a_groupe_is_for_whom_it_was_loaded():
    assert decisions.may_see_groupe(ALICE, object())
    assert not decisions.may_see_groupe(NOBODY, object())


def test_only_the_system_keeps_time():
    assert decisions.may_keep_time(SYSTEM, OPEN)
    assert not any(
        decisions.may_keep_time(actor, OPEN)
        for actor in [*CAPACITIES.values(), *STRANGERS.values()]
        if actor is not SYSTEM
    )


# For each: may they enter, see the pilotage, create a demande.
SECTIONS = {
    "nobody": (NOBODY, False, False, False),
    "an aidant": (ALICE, True, False, True),
    "an instructeur": (INES, True, False, False),
    "a responsable": (member(CAF, "responsable"), True, False, False),
    "a superviseur": (Actor(user_id=uuid4(), supervision=ALL_OF_95), True, True, False),
    "an observateur": (Actor(user_id=uuid4(), observation=ALL_OF_95), True, True, False),
    "an administrateur": (Actor(user_id=uuid4(), is_administrateur=True), True, True, False),
    "an expert": (ELISE, True, False, False),
}


@pytest.mark.parametrize("who", SECTIONS)
def test_the_sections_of_each_role(who):
    actor, *expected = SECTIONS[who]
    assert [
        decisions.may_enter(actor),
        decisions.may_see_pilotage(actor),
        decisions.may_create_demande(actor),
    ] == expected
