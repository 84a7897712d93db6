"""A part that is late: who is told, in which order, once; what is said of it; details that do not come."""

from uuid import uuid4

import pytest
from django.core import mail

from aplus.accounts.models import Membership, Supervision, User
from aplus.accounts.queries.actors import actor_for
from aplus.annuaire.models import Territoire
from aplus.core import clock
from aplus.demandes.models import Demande, Part, StepDone
from aplus.demandes.queries.demande import demande as load_demande
from aplus.demandes.services import closing, people
from aplus.notifications.models import Notification
from tests.demandes import sent
from tests.demandes.one.browser import Browser
from tests.demandes.time.passing import everyone, keep_time, lines, local, pass_to, told

CAF_BOX = "caf95@demo.example"
CAF = {CAF_BOX, "ines.caron@demo.example", "igor.lefevre@demo.example", "remi.garnier@demo.example"}
ALICE, REMI, SOPHIE, NORA = (
    "alice.martin@demo.example",
    "remi.garnier@demo.example",
    "sophie.laurent@demo.example",
    "nora.petit@demo.example",
)
# Sent Thursday 30 April 2026: due at the end of Wednesday 6 May; Friday 8 and Thursday 14 May are holidays, as is
# Monday 25 May.
SENT, DUE = local("2026-04-30 10:00"), local("2026-05-07 00:00")
SECOND, THIRD, FOURTH = local("2026-05-12 00:00"), local("2026-05-16 00:00"), local("2026-05-23 00:00")


@pytest.fixture
def demande(world):
    """Alice's, to the CAF; its own mails are gone."""
    with clock.at(SENT):
        demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
        told()
    return demande


def part_of(demande):
    return Part.objects.get(demande=demande)


def test_each_step_at_its_moment_to_its_people(demande):
    assert (part_of(demande).next_step, part_of(demande).next_step_at) == ("echeance", DUE)
    assert pass_to(local("2026-05-06 23:59")) == {}
    assert pass_to(DUE) == everyone("echeance", CAF)
    assert part_of(demande).next_step_at == SECOND
    assert pass_to(local("2026-05-11 23:59")) == {}
    assert pass_to(SECOND) == {REMI: "retard"}
    assert part_of(demande).next_step_at == THIRD
    assert pass_to(THIRD) == {SOPHIE: "retard"}
    assert part_of(demande).next_step_at == FOURTH
    assert pass_to(FOURTH) == everyone("appel-expert", CAF, ALICE)
    part = part_of(demande)
    assert (part.next_step, part.next_step_at) == ("", None)
    assert pass_to(local("2026-08-01 00:00")) == {}
    steps = ["echeance", "responsables", "superviseurs", "expert"]
    assert lines(demande) == [("ESCALATE", step) for step in steps]
    assert list(StepDone.objects.order_by("id").values_list("step", flat=True)) == steps


def test_the_line_is_read_by_both_sides_and_moves_nothing(world, demande):
    before = Demande.objects.get(pk=demande.pk)
    due, rank = part_of(demande).due_at, part_of(demande).rank
    pass_to(DUE)
    after, part = Demande.objects.get(pk=demande.pk), part_of(demande)
    assert (part.state, part.due_at, part.rank) == ("ADDRESSED", due, rank)
    assert (after.state, after.acted_at, after.next_step_at) == (before.state, before.acted_at, before.next_step_at)
    assert (after.author_version, after.instructeur_version) == (
        before.author_version + 1,
        before.instructeur_version + 1,
    )
    assert (after.author_word_at, after.instructeur_word_by_id) == (before.author_word_at, world.alice.id)


def test_once_however_often_the_job_runs(demande):
    assert pass_to(DUE) == everyone("echeance", CAF)
    assert [pass_to(DUE) for _ in range(3)] == [{}, {}, {}]
    assert StepDone.objects.count() == 1


def test_after_a_stop_in_order_each_once_and_one_mail_each(demande):
    late = local("2026-06-10 09:00")
    # Everybody hears of the last step that concerns them.
    expected = everyone("appel-expert", CAF, ALICE) | {SOPHIE: "retard"} | {REMI: "appel-expert"}
    assert pass_to(late) == expected
    assert lines(demande) == [("ESCALATE", step) for step in ("echeance", "responsables", "superviseurs", "expert")]
    assert pass_to(late) == {}


def test_a_new_delay_is_a_new_round(world, demande):
    pass_to(DUE)
    assert part_of(demande).step_round == 1
    with clock.at(local("2026-05-07 09:00")):
        sent.reply(world.ines, demande, "Je regarde.", "prise-en-charge")
        told()
    part = part_of(demande)
    assert (part.step_round, part.next_step, part.next_step_at) == (2, "echeance", part.due_at)
    assert pass_to(SECOND) == {}
    assert pass_to(part.due_at) == everyone("echeance", CAF)
    assert list(StepDone.objects.order_by("id").values_list("step", "round")) == [("echeance", 1), ("echeance", 2)]


def test_what_keeps_the_delay_keeps_its_steps(world, demande):
    pass_to(DUE)
    with clock.at(local("2026-05-07 09:00")):
        people.open_page(actor_for(world.ines.id), load_demande(actor_for(world.ines.id), demande.id))
        people.give_part(
            actor_for(world.ines.id), demande.id, groupe_id=world.caf95.id, user_id=world.igor.id, key=uuid4()
        )
        told()
        sent.reply(world.alice, demande, "Avez-vous regardé ?")
        told()
    part = part_of(demande)
    assert (part.step_round, part.next_step, part.next_step_at) == (1, "responsables", SECOND)


@pytest.mark.parametrize("ending", ["traitement", "incompetence", "archivage"])
def test_nothing_more_once_it_is_closed(world, demande, ending):
    pass_to(DUE)
    with clock.at(local("2026-05-07 09:00")):
        if ending == "archivage":
            closing.archive(actor_for(world.alice.id), demande.id, unblocked="oui", remark="", key=uuid4())
        else:
            sent.reply(world.ines, demande, "Fait.", ending)
        told()
    part = part_of(demande)
    assert (part.next_step, part.next_step_at) == ("", None)
    assert pass_to(local("2026-05-30 00:00")) == {}


def test_who_follows_is_told_with_the_groupe_even_when_they_chose_no_mail(world, demande):
    Membership.objects.filter(user__in=[world.igor, world.ines]).update(new_demandes="aucun")
    with clock.at(local("2026-05-04 09:00")):
        sent.reply(world.ines, demande, "Je regarde.", "prise-en-charge")
        told()
    assert pass_to(part_of(demande).due_at) == everyone("echeance", CAF_BOX, "ines.caron@demo.example", REMI)


class TestNobodyToTell:
    """A step with nobody to tell goes to the next at once; the last resort is the administrateurs."""

    def test_no_active_instructeur_starts_at_the_second_step(self, world, demande):
        Membership.objects.filter(groupe=world.caf95).update(is_instructeur=False, instructeur_since=None)
        assert pass_to(DUE) == {REMI: "retard"}
        assert lines(demande) == [("ESCALATE", "echeance-aucun"), ("ESCALATE", "responsables")]
        assert part_of(demande).next_step_at == THIRD
        assert pass_to(SECOND) == {}
        assert pass_to(THIRD) == {SOPHIE: "retard"}
        # Nobody of the groupe could open it: the author's side alone is offered an expert.
        assert pass_to(FOURTH) == {ALICE: "appel-expert"}

    def test_no_responsable(self, world, demande):
        Membership.objects.filter(user=world.remi).update(is_responsable=False)
        pass_to(DUE)
        assert pass_to(SECOND) == {SOPHIE: "retard"}
        assert lines(demande)[1:] == [("ESCALATE", "responsables-aucun"), ("ESCALATE", "superviseurs")]
        assert pass_to(THIRD) == {}
        assert part_of(demande).next_step_at == FOURTH

    def test_nobody_at_all(self, world, demande):
        User.objects.filter(pk__in=[world.ines.pk, world.igor.pk, world.remi.pk]).update(is_active=False)
        Supervision.objects.all().delete()
        assert pass_to(DUE) == {NORA: "retard"}
        assert [code for _, code in lines(demande)] == [
            "echeance-aucun",
            "responsables-aucun",
            "superviseurs-aucun",
            "administrateurs",
        ]
        body = mail.outbox[0].body
        assert "CAF du Val-d'Oise" in body
        assert "Territoire" not in body
        assert "France services" not in body

    def test_no_one_on_either_side_for_the_expert(self, world, demande):
        pass_to(local("2026-05-20 00:00"))
        User.objects.filter(pk__in=[world.alice.pk, world.ines.pk, world.igor.pk, world.remi.pk]).update(
            is_active=False
        )
        assert pass_to(FOURTH) == {NORA: "retard"}
        assert lines(demande)[-2:] == [("ESCALATE", "expert-aucun"), ("ESCALATE", "administrateurs")]


class TestMetadataOnly:
    """Responsables, superviseurs and administrateurs read no content, and are asked again when the mail leaves."""

    @pytest.mark.parametrize(("moment", "who", "path"), [(SECOND, "remi", "page"), (THIRD, "sophie", "/pilotage/")])
    def test_what_the_mail_says(self, world, demande, moment, who, path):
        pass_to(moment)
        (one,) = [one for one in mail.outbox if one.to == [world.user(who).email]]
        page = sent.address(demande)
        assert (page if path == "page" else path) in one.body
        assert path == "page" or page not in one.body
        for word in ("Quartefeuille", "Allocation", "Ondine", "France services"):
            assert word not in one.body + one.subject
        assert "Val-d'Oise (95)" in one.body

    def test_a_responsable_who_is_not_on_it_is_led_to_the_groupe_s_list(self, world, demande):
        Membership.objects.filter(user=world.remi).update(is_instructeur=False, instructeur_since=None)
        pass_to(SECOND)
        (one,) = [one for one in mail.outbox if one.to == [REMI]]
        assert f"/groupes/{world.caf95.id}/demandes/" in one.body
        assert sent.address(demande) not in one.body

    @pytest.mark.parametrize("who", ["remi", "sophie", "nora"])
    def test_not_sent_to_who_no_longer_answers_for_it(self, world, demande, who):
        """The role goes between the step and the mail."""
        if who == "nora":
            Supervision.objects.all().delete()
        with clock.at(SECOND if who == "remi" else THIRD):
            keep_time()
        assert Notification.objects.filter(person=world.user(who), event="retard").exists()
        Membership.objects.filter(user=world.remi).update(is_responsable=False)
        Supervision.objects.all().delete()
        User.objects.filter(pk=world.nora.pk).update(is_administrateur=False)
        assert "retard" not in told().values()

    @pytest.mark.parametrize(
        ("territoires", "organismes", "is_told"),
        [(["95"], ["caf"], True), (["95"], ["cpam"], False), (["75"], ["caf"], False), ([], ["caf"], False)],
    )
    def test_superviseurs_in_scope_only(self, world, demande, territoires, organismes, is_told):
        Territoire.objects.create(code="75", name="Paris", timezone="Europe/Paris")
        supervision = Supervision.objects.get(user=world.sophie)
        supervision.territoires.set(territoires)
        supervision.organismes.set(organismes)
        pass_to(SECOND)
        assert pass_to(THIRD) == ({SOPHIE: "retard"} if is_told else {NORA: "retard"})

    def test_a_superviseur_of_everything(self, world, demande):
        Supervision.objects.filter(user=world.sophie).update(all_territoires=True, all_organismes=True)
        supervision = Supervision.objects.get(user=world.sophie)
        supervision.territoires.clear()
        supervision.organismes.clear()
        pass_to(SECOND)
        assert pass_to(THIRD) == {SOPHIE: "retard"}


class TestDetails:
    """Details that were asked: the author's side is reminded 5 and 15 business days later."""

    @pytest.fixture
    def awaited(self, world, demande):
        with clock.at(local("2026-05-04 09:00")):
            sent.reply(world.ines, demande, "Quel est le numéro ?", "precisions")
            told()
        return demande

    def test_twice_then_never_again(self, awaited):
        assert pass_to(local("2026-05-12 23:59")) == {}
        assert pass_to(local("2026-05-13 00:00")) == {ALICE: "rappel-precisions"}
        assert pass_to(local("2026-05-28 23:59")) == {}
        assert pass_to(local("2026-05-29 00:00")) == {ALICE: "rappel-precisions"}
        assert pass_to(local("2026-07-29 00:00")) == {}
        assert lines(awaited) == [("REMIND", ""), ("REMIND", "")]
        assert part_of(awaited).awaited_since is not None

    def test_both_missed_are_one_mail(self, awaited):
        assert pass_to(local("2026-06-29 00:00")) == {ALICE: "rappel-precisions"}
        assert lines(awaited) == [("REMIND", ""), ("REMIND", "")]

    def test_an_answer_ends_them(self, world, awaited):
        with clock.at(local("2026-05-11 09:00")):
            sent.reply(world.alice, awaited, "Le voici.")
            told()
        part = part_of(awaited)
        assert (part.next_step, part.next_step_at) == ("echeance", part.due_at)
        assert pass_to(local("2026-05-13 00:00")) == {}

    def test_nobody_to_remind_is_somebody_to_hand_over_to(self, world, awaited):
        User.objects.filter(pk=world.alice.pk).update(is_active=False)
        assert pass_to(local("2026-05-13 00:00")) == {"rachel.moreau@demo.example": "passation-demandee"}
        assert lines(awaited) == [("REMIND", "aucun"), ("ASK_HAND_OVER", "responsables")]


class TestNobodyCompetent:
    """The last groupe says it is not competent: superviseurs are told, the author is asked to invite, at that act."""

    def test_the_last_part(self, world):
        demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95, world.cpam95])
        told()
        sent.reply(world.ines, demande, "Pas nous.", "incompetence")
        assert told() == {ALICE: "incompetence"}
        assert "inviter un autre" not in mail.outbox[0].body
        sent.reply(world.paul, demande, "Ni nous.", "incompetence")
        assert told() == {ALICE: "incompetence", SOPHIE: "sans-competent"}
        by_address = {one.to[0]: one for one in mail.outbox}
        assert "c’est à vous d’en inviter un autre" in by_address[ALICE].body
        assert sent.address(demande) not in by_address[SOPHIE].body

    def test_without_superviseur_the_administrateurs(self, world):
        Supervision.objects.all().delete()
        demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
        told()
        sent.reply(world.ines, demande, "Pas nous.", "incompetence")
        assert told() == {ALICE: "incompetence", NORA: "sans-competent"}


class TestExpert:
    """Ten business days late: one click calls an expert, on either side."""

    def test_offered_to_both_sides_once_the_step_is_made(self, world, demande):
        for who in ("alice", "ines"):
            with clock.at(local("2026-05-22 12:00")):
                assert "Faire appel à Élise Faure" not in Browser(world.user(who)).read(demande).words
        pass_to(FOURTH)
        with clock.at(local("2026-05-26 12:00")):
            for who in ("alice", "ines"):
                assert "Faire appel à Élise Faure" in Browser(world.user(who)).read(demande).words
            browser = Browser(world.alice)
            form = browser.read(demande).fields(sent.address(demande, "invitations/"))
            assert set(form) <= {"cle", "csrfmiddlewaretoken"}
            form["experts"] = [str(world.elise.id)]
            assert browser.post(demande, "invitations", form).status == 303
            page = Browser(world.alice).read(demande)
            assert "Faire appel à un expert ?" not in page.words
            assert "Alice Martin a fait appel à Élise Faure (expert)." in page.words
            assert told() == {"elise.faure@demo.example": "invitation"}

    def test_no_longer_offered_once_somebody_answers(self, world, demande):
        pass_to(FOURTH)
        with clock.at(local("2026-05-26 12:00")):
            sent.reply(world.ines, demande, "Enfin.", "prise-en-charge")
            assert "Faire appel à un expert ?" not in Browser(world.alice).read(demande).words
