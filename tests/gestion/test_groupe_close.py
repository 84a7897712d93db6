"""Closing a groupe: what is said first, where what it had open goes, what is left to whom, nothing twice."""

from datetime import timedelta

import pytest

from aplus.accounts.models import Invitation, Membership, Proposal, ProposalKind
from aplus.accounts.queries.actors import actor_for
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.demandes.models import Demande, Part, Participant, ParticipantKind, SearchEntry, Transition
from aplus.demandes.queries.demande import demande as load
from aplus.demandes.rules.idle import DemandeStep
from aplus.demandes.rules.life import DemandeState, PartState
from aplus.demandes.services import moving, search
from aplus.journal.models import JournalLine
from tests.demandes import sent
from tests.demandes.one.browser import Browser
from tests.gestion.scenes import form, post, submit
from tests.notifications.jobs import run_jobs

DAY = timedelta(days=1)


def close_of(groupe):
    return f"/groupes/{groupe.pk}/fermeture/"


@pytest.fixture
def heir(world):
    """Another groupe of the CAF in 95, where Igor is an instructeur too."""
    return make(world, "CAF de Pontoise", "caf", igor={"is_instructeur": True, "instructeur_since": clock.now()})


@pytest.fixture
def structure(world):
    """Another France services of 95, where Amir is an aidant too and Chloé responsable."""
    flags = {"amir": {"is_aidant": True}, "chloe": {"is_responsable": True}}
    return make(world, "France services Bezons", "france-services", **flags)


def make(world, name, organisme, **members):
    groupe = Groupe.objects.create(name=name, organisme_id=organisme, created_at=clock.now())
    groupe.territoires.set(["95"])
    for who, flags in members.items():
        Membership.objects.create(user=world.user(who), groupe=groupe, created_at=clock.now(), **flags)
    return groupe


@pytest.fixture
def demande(world):
    return sent.send(world.alice, world.fs_argenteuil, [world.caf95, world.cpam95])


def close(world, groupe, successor=None, who="nora"):
    chosen = {} if successor is None else {"successeur": str(successor.pk)}
    return submit(world.user(who), close_of(groupe), close_of(groupe), **chosen)


@pytest.mark.parametrize(
    ("who", "status"),
    {"sophie": 200, "nora": 200, "remi": 403, "ines": 403, "oscar": 403, "rachel": 404, "paul": 404}.items(),
)
def test_who_may(world, who, status):
    for method, expected in (("GET", status), ("POST", 303 if status == 200 else status)):
        assert Browser(world.user(who)).send(method, close_of(world.caf95)).status_code == expected
    world.caf95.refresh_from_db()
    assert (world.caf95.closed_at is not None) is (status == 200)


def test_the_consequences_are_said_first(world, demande, heir):
    sent.reply(world.ines, sent.send(world.alice, world.fs_argenteuil, [world.caf95]), act="traitement")
    words = Browser(world.nora).get(close_of(world.caf95)).words
    for said in ("membres actifs (3)", "Demandes ouvertes qui lui sont adressées : 1", "pas encore archivées : 1"):
        assert said in words
    assert "CAF de Pontoise" in words
    assert "CPAM" not in words
    assert "en cours qu’il a envoyées : 2" in Browser(world.nora).get(close_of(world.fs_argenteuil)).words


def test_an_empty_groupe_closes_alone(world, mailoutbox):
    now = clock.now()
    Invitation.objects.create(
        email="a@demo.example", groupe=world.msa95, nonce=b"n", token_hash=b"h", **moments(now), expires_at=now + DAY
    )
    Proposal.objects.create(groupe=world.msa95, kind=ProposalKind.ARRIVAL, email="b@demo.example", created_at=now)
    answer = close(world, world.msa95, who="sophie")
    assert (answer.status, answer.location) == (303, f"/groupes/{world.msa95.pk}/")
    world.msa95.refresh_from_db()
    assert (world.msa95.closed_at is not None, world.msa95.successor) == (True, None)
    assert Invitation.objects.get().withdrawn_at is not None
    assert Proposal.objects.get().is_accepted is False
    line = JournalLine.objects.get(act="groupe-ferme")
    assert (line.thing_id, line.codes) == (world.msa95.pk, {"parts": 0, "demandes": 0})
    run_jobs()
    (mail,) = mailoutbox
    assert mail.to == ["mathieu.colin@demo.example"]
    assert mail.extra_headers["X-Aplus-Evenement"] == "groupe-ferme"
    assert Membership.objects.filter(groupe=world.msa95).count() == 1
    assert actor_for(world.agent_msa.pk).groupe_ids == frozenset()


def moments(now):
    return {"created_at": now, "sent_at": now}


def test_with_open_demandes_another_groupe_is_needed_and_can_take_them(world, demande, heir):
    answer = close(world, world.caf95)
    assert answer.status == 422
    ((link, said),) = answer.summary()
    assert link == "#fermeture_successeur"
    assert said.endswith("Choisissez le groupe qui prend la suite des demandes ouvertes.")
    fields = form(world.nora, close_of(world.caf95), close_of(world.caf95))
    for forged in (world.cpam95, world.caf95, world.fs_argenteuil):
        assert post(world.nora, close_of(world.caf95), {**fields, "successeur": str(forged.pk)}).status == 404
    Membership.objects.filter(groupe=heir).delete()
    answer = close(world, world.caf95, heir)
    assert answer.status == 422
    assert "Aucun instructeur n’est actif" in answer.words
    world.caf95.refresh_from_db()
    assert world.caf95.closed_at is None


def test_without_any_other_groupe_it_says_so(world, demande):
    answer = Browser(world.nora).get(close_of(world.caf95))
    assert "Créez d’abord ce groupe" in answer.words
    assert answer.actions() == set()


class TestParts:
    """What was addressed to the groupe goes on, with its day, in the other one."""

    def test_the_part_changes_groupe_and_nothing_else(self, world, demande, heir, mailoutbox):
        sent.reply(world.igor, demande, act="prise-en-charge")
        before = sent.part(demande, world.caf95)
        assert close(world, world.caf95, heir, who="nora").status == 303
        run_jobs()
        after = Part.objects.get(pk=before.pk)
        assert after.groupe_id == heir.pk
        for column in ("state", "due_at", "next_step_at", "followed_by_id", "addressed_at", "sort_at", "rank"):
            assert getattr(after, column) == getattr(before, column), column
        assert sent.state(demande) == DemandeState.IN_PROGRESS
        assert load(actor_for(world.ines.pk), demande.pk) is None
        page = Browser(world.igor).read(demande)
        assert "CAF de Pontoise prend la suite d’un groupe qui a fermé." in page.words
        assert "Groupe fermé : CAF du Val-d'Oise." in page.words
        assert "CAF de Pontoise" in Browser(world.alice).read(demande).words
        told = {mail.to[0] for mail in mailoutbox if mail.extra_headers["X-Aplus-Evenement"] == "groupe-repris"}
        assert told == {"igor.lefevre@demo.example"}
        assert not any(
            sent.SUBJECT in str(mail.message()) or "Quartefeuille" in str(mail.message()) for mail in mailoutbox
        )

    def test_followed_by_somebody_who_is_not_there_it_waits_for_anybody(self, world, demande, heir):
        sent.reply(world.ines, demande, act="prise-en-charge")
        close(world, world.caf95, heir)
        run_jobs()
        part = Part.objects.get(demande=demande, groupe=heir)
        assert (part.state, part.followed_by) == (PartState.IN_CHARGE, None)

    def test_what_was_processed_follows_and_archives_stay(self, world, demande, heir):
        archived = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
        Browser(world.alice).submit(archived, "archivage", leve="oui")
        sent.reply(world.ines, demande, act="traitement")
        close(world, world.caf95, heir)
        run_jobs()
        assert Part.objects.get(demande=demande, groupe=heir).state == PartState.PROCESSED
        assert Part.objects.get(demande=archived).groupe_id == world.caf95.pk

    def test_the_new_groupe_finds_it_and_the_old_one_does_not(self, world, demande, heir):
        close(world, world.caf95, heir)
        run_jobs()
        held = set(SearchEntry.objects.filter(demande=demande).values_list("groupe_id", flat=True))
        assert held == {world.fs_argenteuil.pk, world.cpam95.pk, heir.pk}
        tokens = sorted(SearchEntry.objects.values_list("demande", "groupe", "tokens"))
        search.rebuild_batch(None, 10)
        assert sorted(SearchEntry.objects.values_list("demande", "groupe", "tokens")) == tokens

    def test_who_was_invited_by_name_stays_if_they_are_in_the_other_one(self, world, demande, heir):
        now = clock.now()
        Membership.objects.filter(user=world.igor, groupe=world.caf95).update(is_instructeur=True)
        Membership.objects.create(
            user=world.paul, groupe=world.caf95, is_instructeur=True, instructeur_since=now, created_at=now
        )
        Participant.objects.create(
            demande=demande, user=world.elise, kind=ParticipantKind.INVITED, via_groupe=world.caf95, since=now,
            demande_created_at=now, activity_at=now, sort_at=now, rank=2, demande_state="SENT",
        )  # fmt: skip
        Membership.objects.create(
            user=world.elise, groupe=heir, is_instructeur=True, instructeur_since=now, created_at=now
        )
        close(world, world.caf95, heir)
        run_jobs()
        assert Participant.objects.get(user=world.elise).via_groupe_id == heir.pk

    def test_addressed_to_both_already_the_other_part_goes_on(self, world, heir):
        open_one = sent.send(world.alice, world.fs_argenteuil, [world.caf95, heir])
        done = sent.send(world.alice, world.fs_argenteuil, [world.caf95, heir])
        Part.objects.filter(demande=done, groupe=heir).update(state=PartState.NOT_COMPETENT, due_at=None)
        close(world, world.caf95, heir)
        run_jobs()
        states = dict(Part.objects.filter(demande=open_one).values_list("groupe", "state"))
        assert states == {world.caf95.pk: PartState.NOT_COMPETENT, heir.pk: PartState.ADDRESSED}
        assert sent.part(done, heir).state == PartState.ADDRESSED
        assert sent.part(done, heir).due_at is not None
        assert moving.queries.number_left(Groupe.objects.get(pk=world.caf95.pk)) == 0

    def test_opened_again_later_it_is_moved_then_and_told(self, world, demande, heir, mailoutbox):
        Browser(world.alice).submit(demande, "archivage", leve="oui")
        close(world, world.caf95, heir)
        run_jobs()
        later = clock.now() + 3 * DAY
        with clock.at(later):
            Browser(world.alice).submit(demande, "reouverture", message="Cela recommence.")
            mailoutbox.clear()
            moving.catch_up()
            run_jobs()
        assert Part.objects.filter(demande=demande, groupe=heir).exists()
        told = {mail.to[0] for mail in mailoutbox if mail.extra_headers["X-Aplus-Evenement"] == "reprise"}
        assert told == {"igor.lefevre@demo.example"}

    def test_twice_is_once(self, world, demande, heir):
        close(world, world.caf95, heir)
        for _ in range(2):
            moving.take_over(world.caf95.pk)
            moving.catch_up()
        assert Transition.objects.filter(demande=demande, event="CHANGE_GROUPE").count() == 1
        assert "Encore" not in Browser(world.nora).get(f"/groupes/{world.caf95.pk}/").words

    def test_what_is_left_is_said_on_the_page(self, world, demande, heir):
        close(world, world.caf95, heir)
        words = Browser(world.nora).get(f"/groupes/{world.caf95.pk}/").words
        assert "Le groupe CAF de Pontoise prend sa suite. Encore 1 demande à lui transmettre" in words

    def test_when_the_other_one_closes_too_its_own_takes_over(self, world, demande, heir):
        last = make(world, "CAF de Sarcelles", "caf", igor={"is_instructeur": True, "instructeur_since": clock.now()})
        close(world, world.caf95, heir)
        close(world, heir, last)
        run_jobs()
        assert Part.objects.filter(demande=demande, groupe=last).exists()


class TestStructures:
    """What the groupe sent: the structure changes, the author stays if an aidant there."""

    def test_the_author_stays_when_an_aidant_there(self, world, structure):
        demande = sent.send(world.amir, world.fs_argenteuil, [world.caf95])
        close(world, world.fs_argenteuil, structure)
        run_jobs()
        demande.refresh_from_db()
        assert (demande.structure_id, demande.author_id) == (structure.pk, world.amir.pk)
        assert "une autre prend sa suite" in Browser(world.amir).read(demande).words
        assert demande.next_step not in {DemandeStep.ASK_RESPONSABLES, DemandeStep.ASK_SUPERVISEURS}
        assert SearchEntry.objects.filter(demande=demande, groupe=structure).exists()
        assert not SearchEntry.objects.filter(demande=demande, groupe=world.fs_argenteuil).exists()

    def test_without_them_the_responsables_there_are_told_and_may_hand_over(
        self, world, demande, structure, mailoutbox
    ):
        close(world, world.fs_argenteuil, structure)
        run_jobs()
        demande.refresh_from_db()
        assert demande.structure_id == structure.pk
        assert demande.next_step == DemandeStep.ASK_SUPERVISEURS
        assert load(actor_for(world.alice.pk), demande.pk) is None
        told = {mail.to[0] for mail in mailoutbox if mail.extra_headers["X-Aplus-Evenement"] == "groupe-repris"}
        assert told == {"amir.benali@demo.example", "chloe.dubois@demo.example"}
        listing = f"/groupes/{structure.pk}/demandes/"
        act = f"{listing}{demande.pk}/passation/"
        assert submit(world.chloe, listing, act, collegue=str(world.amir.pk)).status == 303
        assert load(actor_for(world.amir.pk), demande.pk) is not None

    def test_a_structure_never_comes_to_address_itself(self, world):
        other = make(world, "CCAS d'Osny", "ccas", paul={"is_instructeur": True, "instructeur_since": clock.now()})
        sent.send(world.chloe, world.ccas_cergy, [other])
        answer = close(world, world.ccas_cergy, other)
        assert answer.status == 422
        assert "une structure ne peut pas se saisir elle-même" in answer.words
        back = sent.send(world.chloe, world.ccas_cergy, [world.caf95])
        assert back.structure_id == world.ccas_cergy.pk

    def test_a_part_whose_structure_takes_over_is_closed_and_the_author_told(self, world, mailoutbox):
        other = make(world, "CCAS d'Osny", "ccas", paul={"is_instructeur": True, "instructeur_since": clock.now()})
        demande = sent.send(world.chloe, world.ccas_cergy, [other, world.caf95])
        Membership.objects.create(
            user=world.igor, groupe=world.ccas_cergy, is_instructeur=True, instructeur_since=clock.now(),
            created_at=clock.now(),
        )  # fmt: skip
        close(world, other, world.ccas_cergy)
        run_jobs()
        assert sent.part(demande, other).state == PartState.NOT_COMPETENT
        told = [mail for mail in mailoutbox if mail.extra_headers["X-Aplus-Evenement"] == "reprise"]
        assert [mail.to for mail in told] == [["chloe.dubois@demo.example"]]


def test_closed_it_is_offered_no_more_and_gives_no_right(world, demande, heir):
    close(world, world.caf95, heir)
    run_jobs()
    assert str(world.caf95.pk) not in Browser(world.alice).get("/demandes/nouvelle/").text
    for who in ("ines", "remi"):
        assert Browser(world.user(who)).get(f"/groupes/{world.caf95.pk}/").status == 404
        assert "CAF du Val-d'Oise" not in Browser(world.user(who)).get("/groupes/").words
    assert "Ce groupe est fermé" in Browser(world.sophie).get(f"/groupes/{world.caf95.pk}/").words


def test_twice_and_too_late(world, heir):
    fields = form(world.nora, close_of(world.caf95), close_of(world.caf95))
    assert post(world.nora, close_of(world.caf95), fields).status == 303
    assert post(world.nora, close_of(world.caf95), fields).location == f"/groupes/{world.caf95.pk}/"
    assert Browser(world.nora).get(close_of(world.caf95)).status == 409
    fields["cle"] = [str(sent.key())]
    assert post(world.nora, close_of(world.caf95), fields).status == 409
    assert JournalLine.objects.filter(act="groupe-ferme").count() == 1
    assert Demande.objects.count() == 0
