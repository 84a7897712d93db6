"""Handing a demande over, giving a part: a responsable does both from the groupe's list, and reads nothing."""

from uuid import uuid4

import pytest

from aplus.accounts.models import Membership
from aplus.accounts.queries.actors import actor_for
from aplus.core import clock
from aplus.demandes.models import Demande, Participant, Transition
from aplus.demandes.services import inviting
from aplus.journal.models import JournalLine
from aplus.notifications.models import Notification
from tests.demandes import sent
from tests.demandes.one.browser import Browser
from tests.demandes.one.cast import GARBAGE, METHODS, refusals, written
from tests.gestion.scenes import form, handing_of, list_of, post, submit
from tests.notifications.jobs import run_jobs

EVERYONE = ("alice", "amir", "chloe", "ines", "igor", "paul", "rachel", "remi", "sophie", "oscar", "nora", "elise")


@pytest.fixture
def demande(world):
    """Alice's, to the CAF and the CPAM."""
    return sent.send(world.alice, world.fs_argenteuil, [world.caf95, world.cpam95])


def people(demande):
    """Who is on the author's side, in which capacity."""
    rows = Participant.objects.filter(demande=demande, until=None).order_by("kind")
    return [(row.user.first_name, row.kind) for row in rows]


def leave_structure(person):
    Membership.objects.filter(user=person).delete()


def told(event):
    """Whom this event told: (first name, by mail)."""
    rows = Notification.objects.filter(event=event, person__isnull=False).select_related("person")
    return {(row.person.first_name, row.is_mail) for row in rows}


def passation(world, demande, **changed):
    action = handing_of(world.fs_argenteuil, demande, "passation")
    return submit(world.rachel, list_of(world.fs_argenteuil), action, **changed)


class TestRights:
    """product.md §5, whatever is posted."""

    @pytest.mark.parametrize(
        ("groupe", "act", "answers"),
        [
            ("fs_argenteuil", "passation", {"rachel": 303, **dict.fromkeys(("alice", "amir", "sophie", "nora"), 403)}),
            ("caf95", "attribution", {"remi": 303, **dict.fromkeys(("ines", "igor", "sophie", "oscar", "nora"), 403)}),
            # The other act of each groupe: there is nothing of the kind to do from there.
            ("fs_argenteuil", "attribution", dict.fromkeys(("rachel", "alice", "amir", "sophie", "nora"), 403)),
            (
                "caf95",
                "passation",
                dict.fromkeys(("remi", "ines", "igor", "sophie", "oscar", "nora"), 403),
            ),
        ],
    )
    def test_who_may(self, world, demande, groupe, act, answers):
        data = {"collegue": world.amir.id, "personne": world.igor.id}
        address = handing_of(getattr(world, groupe), demande, act)
        for who in EVERYONE:
            before, lines = written(), refusals()
            expected = answers.get(who, 404)
            if expected == 303:
                continue
            for method in METHODS:
                assert Browser(world.user(who)).send(method, address, data).status_code == expected, (who, method)
            assert Browser(world.user(who)).send("POST", address, GARBAGE).status_code == expected, who
            assert written() == before
            assert refusals() == lines + len(METHODS) + 1
        for who in (who for who, expected in answers.items() if expected == 303):
            assert post(world.user(who), address, data).status == 303
            assert Browser(world.user(who)).send("GET", address).status_code == 303
            assert Browser(world.user(who)).send("PUT", address).status_code == 405
        assert Browser(None).send("POST", address, data)["Location"].startswith("/connexion/?suite=")

    def test_the_demandes_of_others_do_not_exist(self, world, demande):
        """The same 404 for an id that is nobody's; a member learns nothing either: 403 for both."""
        elsewhere = sent.send(world.chloe, world.ccas_cergy, [world.cpam95])
        for stranger in (elsewhere.id, uuid4()):
            address = f"{list_of(world.fs_argenteuil)}{stranger}/passation/"
            assert post(world.rachel, address, {"collegue": world.amir.id}).status == 404
            assert post(world.alice, address, {"collegue": world.amir.id}).status == 403

    def test_not_even_as_a_responsable_of_the_addressed_groupe(self, world, demande):
        data = {"collegue": world.amir.id}
        assert post(world.remi, handing_of(world.fs_argenteuil, demande, "passation"), data).status == 404
        assert people(demande) == [("Alice", "auteur")]

    def test_the_content_stays_closed(self, world, demande):
        passation(world, demande, collegue=str(world.amir.id))
        assert Browser(world.rachel).read(demande).status == 404
        assert not JournalLine.objects.filter(act="lecture").exists()


class TestHandOver:
    """`passation/`: another aidant becomes the author."""

    def test_to_a_colleague(self, world, demande):
        answer = passation(world, demande, collegue=str(world.amir.id))
        assert (answer.status, answer.location) == (303, list_of(world.fs_argenteuil))
        assert people(demande) == [("Amir", "auteur"), ("Alice", "co-auteur")]
        assert Demande.objects.get().author_id == world.amir.id
        for who in (world.alice, world.amir, world.ines):
            assert "Rachel Moreau a confié la demande à Amir Benali." in Browser(who).read(demande).words
        assert told("passation") == {("Alice", True), ("Amir", True)}
        assert JournalLine.objects.filter(act="passation", demande_id=demande.id, actor_id=world.rachel.id).count() == 1
        assert run_jobs()

    def test_the_others_of_the_author_s_side_get_a_line(self, world, demande):
        inviting.add_co_authors(actor_for(world.alice.id), demande.id, [world.nadia.id], key=uuid4())
        passation(world, demande, collegue=str(world.amir.id))
        assert told("passation") == {("Alice", True), ("Amir", True), ("Nadia", False)}

    def test_a_co_author_becomes_the_author(self, world, demande):
        inviting.add_co_authors(actor_for(world.alice.id), demande.id, [world.amir.id], key=uuid4())
        assert passation(world, demande, collegue=str(world.amir.id)).status == 303
        assert people(demande) == [("Amir", "auteur"), ("Alice", "co-auteur")]

    def test_who_has_left_is_on_it_no_more(self, world, demande):
        leave_structure(world.alice)
        assert passation(world, demande, collegue=str(world.amir.id)).status == 303
        assert people(demande) == [("Amir", "auteur")]
        assert Browser(world.alice).read(demande).status == 404
        run_jobs()
        mailed = Notification.objects.filter(event="passation", sent_at__isnull=False)
        assert [line.person.first_name for line in mailed] == ["Amir"]

    def test_not_to_oneself_while_an_aidant_is_left(self, world, demande):
        action = handing_of(world.fs_argenteuil, demande, "passation")
        page = Browser(world.rachel).get(list_of(world.fs_argenteuil)).page
        (select,) = (one for one in page.all("select") if one.get("name") == "collegue")
        offered = [one.get("value") for one in page.all("option") if any(parent is select for parent in one.parents)]
        assert str(world.amir.id) in offered
        assert str(world.rachel.id) not in offered
        before = written()
        answer = post(world.rachel, action, {"collegue": world.rachel.id})
        assert answer.status == 422
        assert "si aucun aidant ne la suit plus" in answer.summary()[0][1]
        assert written() == before

    def test_to_oneself_when_none_is_left(self, world, demande):
        world.alice.is_active = False
        world.alice.save()
        assert passation(world, demande, collegue=str(world.rachel.id)).status == 303
        assert people(demande) == [("Rachel", "auteur"), ("Alice", "co-auteur")]
        assert Browser(world.rachel).read(demande).status == 200

    @pytest.mark.parametrize("who", ["chloe", "ines", "sophie", "paul"])
    def test_who_is_no_aidant_of_the_structure_is_unknown(self, world, demande, who):
        before = written()
        action = handing_of(world.fs_argenteuil, demande, "passation")
        assert post(world.rachel, action, {"collegue": world.user(who).id}).status == 404
        assert written() == before

    def test_nor_a_deactivated_colleague(self, world, demande):
        world.amir.is_active = False
        world.amir.save()
        action = handing_of(world.fs_argenteuil, demande, "passation")
        assert post(world.rachel, action, {"collegue": world.amir.id}).status == 404

    def test_who_is_on_the_other_side_by_name_stays_there(self, world, demande):
        for groupe, flags in (
            (world.ddfip95, {"is_instructeur": True, "instructeur_since": clock.now()}),
            (world.caf95, {}),
        ):
            Membership.objects.create(user=world.amir, groupe=groupe, created_at=clock.now(), **flags)
        Membership.objects.create(
            user=world.ines,
            groupe=world.ddfip95,
            is_instructeur=True,
            instructeur_since=clock.now(),
            created_at=clock.now(),
        )
        by_name = inviting.Invitation(person_ids=[world.amir.id])
        inviting.invite(actor_for(world.ines.id), demande.id, by_name, key=uuid4())
        answer = passation(world, demande, collegue=str(world.amir.id))
        assert answer.status == 409
        assert people(demande) == [("Alice", "auteur"), ("Amir", "invite")]

    def test_nobody_chosen(self, world, demande):
        answer = passation(world, demande)
        assert answer.status == 422
        ((link, words),) = answer.summary()
        assert words == "Confier la demande à : Choisissez l’aidant à qui confier la demande."
        assert answer.page.by_id(link.removeprefix("#")).name == "select"

    def test_two_responsables_at_once(self, world, demande):
        action = handing_of(world.fs_argenteuil, demande, "passation")
        slow = form(world.rachel, list_of(world.fs_argenteuil), action, collegue=str(world.nadia.id))
        passation(world, demande, collegue=str(world.amir.id))
        answer = post(world.rachel, action, slow)
        assert answer.status == 409
        assert "Amir Benali" in answer.summary()[0][1]
        again = answer.fields(action)
        assert again["collegue"] == [str(world.nadia.id)]
        assert post(world.rachel, action, again).status == 303
        assert people(demande)[0] == ("Nadia", "auteur")

    def test_too_late(self, world, demande):
        action = handing_of(world.fs_argenteuil, demande, "passation")
        typed = form(world.rachel, list_of(world.fs_argenteuil), action, collegue=str(world.amir.id))
        Browser(world.alice).submit(demande, "archivage", leve="oui")
        answer = post(world.rachel, action, typed)
        assert answer.status == 409
        assert answer.actions() == set()
        assert people(demande) == [("Alice", "auteur")]

    def test_once(self, world, demande):
        action = handing_of(world.fs_argenteuil, demande, "passation")
        typed = form(world.rachel, list_of(world.fs_argenteuil), action, collegue=str(world.amir.id))
        first, second = post(world.rachel, action, typed), post(world.rachel, action, typed)
        assert (second.status, second.location) == (303, first.location)
        assert Transition.objects.filter(event="HAND_OVER").count() == 1

    @pytest.mark.parametrize("value", ["x", "0" * 100_000, "\x00", ""])
    def test_odd_ids(self, world, demande, value):
        action = handing_of(world.fs_argenteuil, demande, "passation")
        for data in ({"collegue": value}, {"collegue": world.amir.id, "vu": value or "x"}):
            assert post(world.rachel, action, data).status in {404, 422}
        assert people(demande) == [("Alice", "auteur")]


class TestGive:
    """`attribution/`: an instructeur of the groupe follows its part."""

    def give(self, world, demande, **changed):
        return submit(world.remi, list_of(world.caf95), handing_of(world.caf95, demande, "attribution"), **changed)

    def test_to_an_instructeur(self, world, demande):
        assert self.give(world, demande, personne=str(world.igor.id)).status == 303
        part = sent.part(demande, world.caf95)
        # Nobody has opened it: giving is not opening.
        assert (part.state, part.followed_by_id) == ("ADDRESSED", world.igor.id)
        assert told("attribution") == {("Igor", True)}
        assert JournalLine.objects.filter(act="attribution", actor_id=world.remi.id).count() == 1
        words = Browser(world.alice).read(demande).words
        assert "Rémi Garnier a confié la part de CAF du Val-d'Oise à Igor Lefèvre." in words
        assert run_jobs()

    @pytest.mark.parametrize("who", ["paul", "alice", "oscar", "agent_msa"])
    def test_others_are_unknown(self, world, demande, who):
        action = handing_of(world.caf95, demande, "attribution")
        assert post(world.remi, action, {"personne": world.user(who).id}).status == 404
        assert sent.part(demande, world.caf95).followed_by_id is None

    def test_overtaken_by_a_colleague(self, world, demande):
        action = handing_of(world.caf95, demande, "attribution")
        typed = form(world.remi, list_of(world.caf95), action, personne=str(world.igor.id))
        sent.reply(world.ines, demande, act="prise-en-charge")
        answer = post(world.remi, action, typed)
        assert answer.status == 409
        assert "Inès Caron" in answer.summary()[0][1]
        assert sent.part(demande, world.caf95).followed_by_id == world.ines.id

    def test_nobody_chosen_then_too_late(self, world, demande):
        action = handing_of(world.caf95, demande, "attribution")
        typed = form(world.remi, list_of(world.caf95), action, personne=str(world.igor.id))
        assert self.give(world, demande).status == 422
        Browser(world.alice).submit(demande, "archivage", leve="oui")
        assert post(world.remi, action, typed).status == 409

    def test_once(self, world, demande):
        action = handing_of(world.caf95, demande, "attribution")
        typed = form(world.remi, list_of(world.caf95), action, personne=str(world.igor.id))
        assert [post(world.remi, action, typed).status for _ in range(2)] == [303, 303]
        assert Transition.objects.filter(event="GIVE").count() == 1
