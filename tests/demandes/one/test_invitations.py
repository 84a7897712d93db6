"""POST invitations/: groupes of any territoire, colleagues by name, experts; the line is for both sides."""

import pytest
from django.utils.html import escape

from aplus.accounts.models import Expertise, User
from aplus.annuaire.models import Groupe, Territoire
from aplus.core import clock as core_clock
from aplus.core.text import fold
from aplus.demandes.models import Participant
from aplus.vault.keys import Place
from aplus.vault.services import key_of
from tests.demandes import sent
from tests.demandes.one.browser import Browser, ids, options
from tests.demandes.one.cast import AUTHORS, INSTRUCTEURS, assert_once, assert_refused, assert_rights
from tests.demandes.one.test_rights_now import join

WHY = "La retraite agricole est en cause."


def new_groupe(name, territoire_code, organisme="msa", **more):
    """One more groupe of this territoire."""
    groupe = Groupe.objects.create(name=name, organisme_id=organisme, created_at=core_clock.now(), **more)
    territoire, _ = Territoire.objects.get_or_create(
        code=territoire_code, defaults={"name": "Ailleurs", "timezone": "Europe/Paris", "local_holidays": []}
    )
    groupe.territoires.add(territoire)
    return groupe


def new_person(first_name, **more):
    """One more account."""
    now = core_clock.now()
    return User.objects.create(
        email=f"{fold(first_name)}.autre@demo.example",
        first_name=first_name,
        last_name="Autre",
        sort_key=fold(f"autre {first_name}"),
        cgu_version="1",
        cgu_accepted_at=now,
        welcomed_at=now,
        created_at=now,
        password="!",
        **more,
    )


def test_who_may(cast):
    data = {"groupes": cast.world.msa95.id, "motif": WHY}
    assert_rights(cast, "invitations", data, (*AUTHORS, *INSTRUCTEURS))


@pytest.mark.parametrize("who", ["amir", "ines"])
def test_a_groupe(cast, who):
    answer = cast.submit(who, "invitations", groupes=ids(cast.world.msa95), motif=WHY, message="Bonjour à la MSA.")
    assert (answer.status, answer.location) == (303, sent.address(cast.demande))
    assert cast.part("msa95").state == "ADDRESSED"
    for reader in ("alice", "paul", "agent_msa"):
        words = cast.read(reader).words
        assert f"{cast.user(who).full_name} a saisi MSA du Val-d'Oise. « {WHY} »" in words
        assert "Bonjour à la MSA." in words


def test_the_message_may_be_a_note(cast):
    answer = cast.submit(
        "ines", "invitations", groupes=ids(cast.world.msa95), motif=WHY, message="Entre nous.", reserve="1"
    )
    assert answer.status == 303
    assert "Entre nous." in cast.read("agent_msa").words
    words = cast.read("alice").words
    assert "Entre nous." not in words
    assert f"« {WHY} »" in words


def test_the_last_word_of_the_author_s_side_is_not_a_note(cast, clock):
    clock.shift(60)
    cast.submit("ines", "messages", message="Bonjour.")
    said_at = core_clock.now()
    clock.shift(60)
    cast.submit("paul", "invitations", groupes=ids(cast.world.msa95), motif=WHY, message="Entre nous.", reserve="1")
    cast.demande.refresh_from_db()
    assert (cast.demande.author_word_at, cast.demande.author_word_by_id) == (said_at, cast.world.ines.id)
    assert cast.demande.instructeur_word_by_id == cast.world.paul.id


@pytest.mark.parametrize("field", ["reserve", "personnes"])
def test_a_field_of_the_other_side_is_refused(cast, field):
    data = {"groupes": cast.world.msa95.id, "motif": WHY, field: cast.world.agent_msa.id}
    assert_refused(403, cast, "alice", "invitations", data)


def test_a_reason_is_required_and_the_choice_is_kept(cast):
    answer = cast.submit("alice", "invitations", groupes=ids(cast.world.msa95), message="Bonjour.")
    assert answer.status == 422
    assert [link for link, _ in answer.summary()] == ["#invitation_motif"]
    assert len(answer.errors()) == 1
    kept = answer.fields(sent.address(cast.demande, "invitations/"))
    assert (kept["groupes"], kept["message"]) == (ids(cast.world.msa95), ["Bonjour."])
    assert cast.said() == 0


def test_nobody_chosen_is_refused(cast):
    answer = cast.submit("alice", "invitations", motif=WHY)
    assert answer.status == 422
    assert answer.fields(sent.address(cast.demande, "invitations/"))["motif"] == [WHY]


def test_a_groupe_of_another_territoire_is_kept_ticked_too(cast):
    far = new_groupe("MSA du Gard", "30")
    join(cast.world.agent_msa, far)
    browser = cast.browser("alice")
    picker = browser.get(sent.address(cast.demande), territoire="30")
    assert str(far.id) in options(picker, "groupes")
    form = {**picker.fields(sent.address(cast.demande, "invitations/")), "groupes": ids(far)}
    refused = browser.post(cast.demande, "invitations", form)
    assert refused.status == 422
    again = refused.fields(sent.address(cast.demande, "invitations/"))
    assert again["groupes"] == ids(far)
    assert browser.post(cast.demande, "invitations", {**again, "motif": [WHY]}).status == 303
    assert sent.part(cast.demande, far).state == "ADDRESSED"


def test_the_structure_a_closed_an_empty_and_a_choosy_groupe_cannot_be_addressed(cast):
    world = cast.world
    closed, empty = new_groupe("MSA fermée", "95", closed_at=core_clock.now()), new_groupe("MSA vide", "95")
    choosy = new_groupe("MSA des CCAS", "95", accepts=["ccas"])
    for groupe in (closed, choosy):
        join(world.agent_msa, groupe)
    browser = cast.browser("alice")
    offered = options(browser.read(cast.demande), "groupes")
    for groupe in (world.fs_argenteuil, closed, empty, choosy):
        assert str(groupe.id) not in offered
        data = {"groupes": groupe.id, "motif": WHY, "message": "Bonjour."}
        assert_refused(404, cast, "alice", "invitations", data)


@pytest.mark.parametrize("field", ["groupes", "personnes", "experts"])
@pytest.mark.parametrize("value", ["x" * 100_000, "00000000-0000-0000-0000-000000000000", "\x00"])
def test_a_forged_id(cast, field, value):
    assert_refused(404, cast, "ines", "invitations", {field: value, "motif": WHY})


def test_already_addressed(cast):
    slow = cast.browser("ines")
    form = {**slow.form(cast.demande, "invitations"), "groupes": ids(cast.world.msa95), "motif": [WHY]}
    form["message"] = ["Bonjour à tous."]
    cast.submit("alice", "invitations", groupes=ids(cast.world.msa95), motif="Moi d'abord.")
    answer = slow.post(cast.demande, "invitations", form)
    assert answer.status == 409
    assert "MSA du Val-d'Oise est déjà saisi" in answer.summary()[0][1]
    kept = answer.fields(sent.address(cast.demande, "invitations/"))
    assert (kept["motif"], kept["message"]) == ([WHY], ["Bonjour à tous."])
    assert cast.said() == 0


def test_eight_groupes_at_most(cast):
    more = [new_groupe(f"MSA numéro {number}", "95") for number in range(7)]
    for groupe in more:
        join(cast.world.agent_msa, groupe)
    answer = cast.submit("alice", "invitations", groupes=ids(*more), motif=WHY)
    assert answer.status == 422
    assert answer.fields(sent.address(cast.demande, "invitations/"))["groupes"] == ids(
        *sorted(more, key=lambda g: g.name)
    )
    assert cast.submit("alice", "invitations", groupes=ids(*more[:6]), motif=WHY).status == 303


def test_a_missing_identifier_is_asked_of_the_author_s_side(cast):
    cast.submit("ines", "invitations", groupes=ids(cast.world.ddfip95), motif=WHY)
    # The demande says that the fiscal number is unknown: nothing to ask.
    assert "Un numéro manque" not in cast.read("alice").words
    usager = {"nir": "2850378006084"}

    key = key_of(cast.demande.id)
    value = {**sent.USAGER.to_json(), "identifiers": usager, "unknown": []}
    cast.demande.usager_sealed = key.seal_json(Place("demande", "usager", cast.demande.id), value)
    cast.demande.save(update_fields=["usager_sealed"])
    assert "DDFIP du Val-d'Oise : numéro fiscal" in cast.read("alice").words
    assert "Un numéro manque" not in cast.read("ines").words


class TestByName:
    """A colleague of the inviter, from a groupe that is not addressed."""

    def test_is_invited(self, cast):
        marie = new_person("Marie")
        join(marie, cast.world.ddfip95)
        browser = cast.browser("igor")
        assert options(browser.read(cast.demande), "personnes") == {str(marie.id): "Marie Autre (DDFIP du Val-d'Oise)"}
        assert browser.submit(cast.demande, "invitations", personnes=ids(marie)).status == 303
        assert Participant.objects.get(demande=cast.demande, user=marie).kind == "invite"
        assert "Igor Lefèvre a invité Marie Autre (agent)." in cast.read("alice").words
        assert cast.browser("igor").read(cast.demande).status == 200
        assert Browser(marie).read(cast.demande).status == 200

    def test_a_stranger_is_unknown(self, cast):
        for who, person in (("ines", "agent_msa"), ("ines", "oscar"), ("igor", "agent_msa"), ("paul", "ines")):
            assert_refused(404, cast, who, "invitations", {"personnes": cast.user(person).id})

    def test_already_there(self, cast):
        marie = new_person("Marie")
        join(marie, cast.world.ddfip95)
        slow = cast.browser("igor")
        form = {**slow.form(cast.demande, "invitations"), "personnes": ids(marie), "message": ["Viens voir."]}
        cast.submit("igor", "invitations", personnes=ids(marie))
        answer = slow.post(cast.demande, "invitations", form)
        assert answer.status == 409
        assert "Marie Autre est déjà sur cette demande." in answer.summary()[0][1]
        assert answer.fields(sent.address(cast.demande, "invitations/"))["message"] == ["Viens voir."]


class TestExpert:
    """A mediator of the demande's territoire."""

    def test_is_invited_by_either_side(self, cast):
        for number, who in enumerate(("alice", "ines")):
            expert = new_person(f"Expert{number}")
            Expertise.objects.create(user=expert, all_territoires=True, created_at=core_clock.now())
            assert cast.submit(who, "invitations", experts=ids(expert)).status == 303
            assert f"a fait appel à Expert{number} Autre (expert)." in cast.read("paul").words

    def test_of_another_territoire_is_unknown(self, cast):
        expert = new_person("Ailleurs")
        new_groupe("MSA du Gard", "30")
        Expertise.objects.create(user=expert, created_at=core_clock.now()).territoires.set(["30"])
        for who in ("alice", "ines"):
            assert str(expert.id) not in options(cast.read(who), "experts")
            assert_refused(404, cast, who, "invitations", {"experts": expert.id})

    def test_already_there(self, cast):
        answer = cast.browser("alice").send(
            "POST", sent.address(cast.demande, "invitations/"), {"experts": cast.world.elise.id, "message": "Venez."}
        )
        assert answer.status_code == 409
        assert escape("Élise Faure est déjà sur cette demande.") in answer.content.decode()


def test_archived_meanwhile(cast):
    slow = cast.browser("amir")
    form = {**slow.form(cast.demande, "invitations"), "groupes": ids(cast.world.msa95), "motif": [WHY]}
    cast.submit("alice", "archivage", leve="oui")
    answer = slow.post(cast.demande, "invitations", form)
    assert answer.status == 409
    assert WHY in answer.words


def test_once(cast):
    assert_once(cast, "alice", "invitations", groupes=ids(cast.world.msa95), motif=WHY, message="Bonjour.")
