"""The pages of absences: one's own on /moi/absences/, a member's on the groupe's."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aplus.accounts.models import Absence, Membership, StandIn, User
from aplus.core import clock
from aplus.demandes.models import Participant
from aplus.journal.models import JournalLine
from aplus.notifications.models import Notification
from tests.demandes import sent
from tests.demandes.one.browser import Answer, Browser, filled
from tests.demandes.one.cast import GARBAGE
from tests.gestion.scenes import form, post, submit
from tests.notifications.jobs import run_jobs

MINE = "/moi/absences/"


def iso(days):
    """So many days from today, as a date field sends it."""
    return (clock.now().date() + timedelta(days=days)).isoformat()


def of_groupe(groupe):
    return f"/groupes/{groupe.id}/absences/"


@pytest.fixture
def demande(world):
    return sent.send(world.alice, world.fs_argenteuil, [world.caf95])


class TestMine:
    """From one's account."""

    def test_said_shown_and_ended(self, world, demande):
        name = f"remplacant_{world.fs_argenteuil.id}"
        answer = submit(world.alice, "/moi/absences/", MINE, du=iso(0), au=iso(3), **{name: str(world.amir.id)})
        assert (answer.status, answer.location) == (303, "/moi/absences/")
        words = Browser(world.alice).get("/moi/absences/").words
        assert "en cours" in words
        assert "remplacement : Amir Benali (France services Argenteuil)" in words
        assert Browser(world.amir).read(demande).status == 200
        absence = Absence.objects.get()
        ended = submit(world.alice, "/moi/absences/", f"{MINE}{absence.id}/fin/")
        assert (ended.status, ended.location) == (303, "/moi/absences/")
        assert "Aucune absence prévue" in Browser(world.alice).get("/moi/absences/").words
        assert Browser(world.amir).read(demande).status == 404
        lines = JournalLine.objects.filter(kind="absence", thing_id=absence.id).order_by("id")
        assert [line.act for line in lines] == ["absence", "fin-d-absence"]
        assert run_jobs()

    def test_the_colleagues_are_the_other_active_aidants(self, world):
        world.nadia.is_active = False
        world.nadia.save()
        page = Browser(world.alice).get("/moi/absences/").page
        assert [one.text for one in page.all("option")] == ["Personne", "Amir Benali", "Rachel Moreau"]
        assert Browser(world.ines).get("/moi/absences/").page.all("option") == []

    @pytest.mark.parametrize("typed", [{}, {"du": "x", "au": "31/12/2026"}, {"du": "2020-01-01", "au": "2020-01-02"}])
    def test_refused_with_all_that_was_typed(self, world, typed):
        name = f"remplacant_{world.fs_argenteuil.id}"
        answer = submit(world.alice, "/moi/absences/", MINE, **typed, **{name: str(world.amir.id)})
        assert answer.status == 422
        for link, _ in answer.summary():
            assert answer.page.by_id(link.removeprefix("#")).name == "input"
        kept = answer.fields(MINE)
        assert kept[name] == [str(world.amir.id)]
        assert kept["du"] == [typed.get("du", "")]

    @pytest.mark.parametrize("value", ["x", "0" * 100_000, "\x00", "9999999-01-01"])
    def test_odd_input(self, world, value):
        for field in ("du", "au", f"remplacant_{world.fs_argenteuil.id}"):
            data = {"du": iso(0), "au": iso(1), field: value}
            assert post(world.alice, MINE, data).status in {404, 422}
        assert post(world.alice, MINE, GARBAGE).status == 422
        assert not Absence.objects.exists()

    def test_a_forged_structure_or_colleague(self, world):
        data = {"du": iso(0), "au": iso(1)}
        forged = {**data, f"remplacant_{world.fs_argenteuil.id}": world.chloe.id}
        assert post(world.alice, MINE, forged).status == 404
        # Somebody else's structure is no field of this form: passed over.
        assert post(world.alice, MINE, {**data, f"remplacant_{world.ccas_cergy.id}": world.chloe.id}).status == 303
        assert not StandIn.objects.exists()

    def test_of_others_it_does_not_exist(self, world):
        submit(world.alice, "/moi/absences/", MINE, du=iso(0), au=iso(1))
        address = f"{MINE}{Absence.objects.get().id}/fin/"
        for who in (world.amir, world.rachel, world.nora):
            assert post(who, address, {}).status == 404
        assert Browser(world.alice).send("GET", address).status_code == 303
        assert post(world.alice, address, {}).status == 303
        assert post(world.alice, address, {}).status == 409
        assert post(world.alice, f"{MINE}{uuid4()}/fin/", {}).status == 404

    def test_once(self, world):
        typed = form(world.alice, "/moi/absences/", MINE, du=iso(0), au=iso(1))
        assert [post(world.alice, MINE, typed).status for _ in range(2)] == [303, 303]
        assert Absence.objects.count() == 1

    def test_the_page_costs_the_same_with_many(self, world):
        costs = []
        for number in (2, 60):
            for rank in range(number):
                user = User.objects.create(
                    email=f"a{number}.{rank}@demo.example", first_name="A", last_name=str(rank), created_at=clock.now()
                )
                Membership.objects.create(user=user, groupe=world.fs_argenteuil, is_aidant=True, created_at=clock.now())
                day = clock.now().date() + timedelta(days=number + 2 * rank)
                absence = Absence.objects.create(
                    user=world.alice, from_date=day, until_date=day, set_by=world.alice, created_at=clock.now()
                )
                StandIn.objects.create(absence=absence, groupe=world.fs_argenteuil, colleague=user)
            browser = Browser(world.alice)
            with CaptureQueriesContext(connection) as captured:
                assert browser.get("/moi/absences/").status == 200
            costs.append(len(captured))
        assert costs[0] == costs[1] <= 10


class TestOfAMember:
    """A responsable says it for somebody who cannot."""

    def say(self, world, **typed):
        page = of_groupe(world.fs_argenteuil)
        days = {"du": iso(0), "au": iso(3), "membre": str(world.alice.id)}
        return submit(world.rachel, page, page, **{**days, **typed})

    def test_said_told_and_ended(self, world, demande):
        answer = self.say(world, remplacant=str(world.amir.id))
        assert (answer.status, answer.location) == (303, of_groupe(world.fs_argenteuil))
        names = Participant.objects.filter(demande=demande).values_list("user__first_name", flat=True)
        assert set(names) == {"Alice", "Amir"}
        told = Notification.objects.get(event="absence", codes__quoi="posee")
        assert (told.person_id, told.is_mail) == (world.alice.id, True)
        line = JournalLine.objects.get(act="absence")
        assert (line.actor_id, line.codes) == (world.rachel.id, {"pour": str(world.alice.id)})
        assert "Notée par Rachel Moreau" in Browser(world.alice).get("/moi/absences/").words
        absence = Absence.objects.get()
        page = of_groupe(world.fs_argenteuil)
        assert submit(world.rachel, page, f"{page}{absence.id}/fin/").status == 303
        assert Notification.objects.filter(codes__quoi="annulee", person=world.alice).exists()
        assert Participant.objects.filter(demande=demande, until=None).count() == 1
        assert run_jobs()

    def test_why_is_never_asked(self, world):
        page = Browser(world.rachel).get(of_groupe(world.fs_argenteuil))
        fields = page.fields(of_groupe(world.fs_argenteuil))
        assert set(fields) == {"csrfmiddlewaretoken", "cle", "membre", "du", "au", "remplacant"}

    def test_who_may(self, world):
        data = {"membre": world.alice.id, "du": iso(0), "au": iso(1)}
        page = of_groupe(world.fs_argenteuil)
        for who, expected in {"alice": 403, "sophie": 403, "nora": 403, "chloe": 404, "remi": 404, "ines": 404}.items():
            for method in ("GET", "POST", "PUT"):
                assert Browser(world.user(who)).send(method, page, data).status_code == expected, who
        assert Browser(world.rachel).send("PUT", page).status_code == 405
        assert not Absence.objects.exists()

    @pytest.mark.parametrize(
        "typed", [{"membre": "chloe"}, {"membre": "ines"}, {"remplacant": "chloe"}, {"remplacant": "alice"}]
    )
    def test_forged_people(self, world, typed):
        page = of_groupe(world.fs_argenteuil)
        data = {"membre": world.alice.id, "du": iso(0), "au": iso(1)}
        data |= {name: world.user(who).id for name, who in typed.items()}
        assert post(world.rachel, page, data).status == 404
        assert not Absence.objects.exists()

    def test_nobody_opens_a_colleague_s_demandes_to_oneself(self, world, demande):
        page = of_groupe(world.fs_argenteuil)
        data = {"membre": world.alice.id, "du": iso(0), "au": iso(1), "remplacant": world.rachel.id}
        assert post(world.rachel, page, data).status == 404
        assert not Absence.objects.exists()
        assert Browser(world.rachel).get(sent.address(demande)).status == 404

    def test_refused(self, world):
        answer = self.say(world, du=iso(2), au=iso(1))
        assert answer.status == 422
        assert answer.fields(of_groupe(world.fs_argenteuil))["membre"] == [str(world.alice.id)]
        assert self.say(world, membre="").status == 422

    def test_what_members_say_of_themselves_is_theirs(self, world):
        submit(world.alice, "/moi/absences/", MINE, du=iso(0), au=iso(1))
        absence = Absence.objects.get()
        page = of_groupe(world.fs_argenteuil)
        answer = Browser(world.rachel).get(page)
        assert "Alice Martin" in answer.words
        assert answer.actions() == {page}
        address = f"{page}{absence.id}/fin/"
        assert post(world.rachel, address, {}).status == 404
        # Nobody who may not manage learns whether it exists.
        assert post(world.amir, address, {}).status == 403
        assert post(world.amir, f"{page}{uuid4()}/fin/", {}).status == 403

    def test_the_member_ends_it_too(self, world):
        self.say(world)
        browser = Browser(world.alice)
        action = f"{MINE}{Absence.objects.get().id}/fin/"
        fields = filled(browser.get("/moi/absences/").fields(action))
        assert Answer(browser.client.post(action, fields)).status == 303

    def test_the_groupe_s_page_leads_to_it(self, world):
        for who, is_there in (("rachel", True), ("alice", False), ("sophie", False)):
            answer = Browser(world.user(who)).get(f"/groupes/{world.fs_argenteuil.id}/")
            assert (f'href="{of_groupe(world.fs_argenteuil)}"' in answer.text) is is_there


class TestTakenBack:
    """Ending an absence is taken back by planning the same days again, with the same colleague."""

    def test_one_s_own(self, world, demande):
        name = f"remplacant_{world.fs_argenteuil.id}"
        submit(world.alice, MINE, MINE, du=iso(-2), au=iso(3), **{name: str(world.amir.id)})
        browser = Browser(world.alice)
        end = f"{MINE}{Absence.objects.get().id}/fin/"
        browser.client.post(end, browser.get(MINE).fields(end))
        assert Browser(world.amir).read(demande).status == 404
        page = browser.get(MINE)
        assert browser.client.post(MINE, page.fields(MINE, au=iso(3))).status_code == 303
        now = Absence.objects.get(ended_at=None)
        assert (now.from_date.isoformat(), now.until_date.isoformat()) == (iso(0), iso(3))
        assert Browser(world.amir).read(demande).status == 200

    def test_a_member_s(self, world):
        page, typed = of_groupe(world.caf95), {"membre": str(world.ines.id), "du": iso(2), "au": iso(4)}
        submit(world.remi, page, page, **typed)
        browser = Browser(world.remi)
        end = f"{page}{Absence.objects.get().id}/fin/"
        browser.client.post(end, browser.get(page).fields(end))
        assert not Absence.objects.filter(ended_at=None).exists()
        assert browser.client.post(page, browser.get(page).fields(page, du=iso(2))).status_code == 303
        now = Absence.objects.get(ended_at=None)
        assert (now.user_id, now.from_date.isoformat(), now.until_date.isoformat()) == (world.ines.id, iso(2), iso(4))
