"""Finding a person, their page for support, ending their sessions."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client

from aplus.accounts.models import Absence, Invitation, Session, Supervision, User
from aplus.accounts.services import entering
from aplus.accounts.services.people import create_user, join
from aplus.annuaire.models import Groupe, Territoire
from aplus.core import clock
from aplus.journal.models import JournalLine
from aplus.notifications.models import Notification, State
from tests.demandes import sent
from tests.notifications.jobs import run_jobs
from tests.personas import World, sign_in
from tests.ui.markup import assert_sound, page_of

PEOPLE = "/pilotage/personnes/"
SignedIn = Any


def page_url(user: User) -> str:
    return f"{PEOPLE}{user.pk}/"


def text_of(response: Any) -> str:
    return " ".join(page_of(response).one("main").text.split())


def found(response: Any) -> list[str]:
    page = page_of(response)
    lines = [one for one in page.all("tr") if page.all("tbody") and page.one("tbody") in one.parents]
    return [next(cell.text.strip() for cell in page.all("td") if line in cell.parents) for line in lines]


@pytest.fixture
def lea(world: World) -> User:
    """Somebody of a territoire that Sophie does not supervise."""
    other = Territoire.objects.create(code="06", name="Alpes-Maritimes", timezone="Europe/Paris")
    groupe = Groupe.objects.create(name="CAF des Alpes-Maritimes", organisme_id="caf", created_at=clock.now())
    groupe.territoires.set([other])
    user = create_user("lea.costa@demo.example", first_name="Léa", last_name="Costa")
    join(user, groupe, instructeur=True)
    return user


class TestFinding:
    @pytest.mark.parametrize(
        ("typed", "people"),
        {
            ("lefe", ""): ["Igor Lefèvre"],
            ("Igor.Lefevre@DEMO.example", ""): ["Igor Lefèvre"],
            ("igor.lefevre@demo", ""): [],
            ("", "caf val"): ["Inès Caron", "Rémi Garnier", "Igor Lefèvre"],
            ("garnier", "cpam"): [],
            ("garnier", "CAF"): ["Rémi Garnier"],
        }.items(),
    )
    def test_by_name_address_and_groupe(self, world: World, signed_in: SignedIn, typed: Any, people: list[str]):
        for user in (world.nora, world.sophie):
            response = signed_in(user).post(PEOPLE, {"q": typed[0], "groupe": typed[1]})
            assert response.status_code == 200
            assert_sound(page_of(response))
            assert found(response) == people

    def test_a_superviseur_finds_those_of_the_groupes_they_see(self, world: World, lea: User, signed_in: SignedIn):
        for typed in ({"q": "costa"}, {"q": lea.email}, {"groupe": "alpes"}, {"q": "petit"}, {"q": world.nora.email}):
            assert found(signed_in(world.sophie).post(PEOPLE, typed)) == []
            assert len(found(signed_in(world.nora).post(PEOPLE, typed))) == 1

    def test_a_closed_account_is_found_and_said_to_be(self, world: World, signed_in: SignedIn) -> None:
        User.objects.filter(pk=world.igor.pk).update(is_active=False)
        assert found(signed_in(world.sophie).post(PEOPLE, {"q": "lef"})) == ["Igor Lefèvre (compte désactivé)"]

    def test_an_erased_account_is_not(self, world: World, signed_in: SignedIn) -> None:
        User.objects.filter(pk=world.igor.pk).update(is_active=False, deleted_at=clock.now())
        assert found(signed_in(world.nora).post(PEOPLE, {"q": "lef"})) == []
        assert signed_in(world.nora).get(page_url(world.igor)).status_code == 404

    @pytest.mark.parametrize("typed", [{}, {"q": " "}, {"q": "\x00"}, {"q": "x" * 200}])
    def test_nothing_to_look_for_is_said(self, world: World, signed_in: SignedIn, typed: dict[str, str]) -> None:
        response = signed_in(world.nora).post(PEOPLE, typed)
        assert response.status_code == 422
        assert_sound(page_of(response))

    def test_a_name_never_comes_by_the_address(self, world: World, signed_in: SignedIn) -> None:
        assert "Lefèvre" not in text_of(signed_in(world.nora).get(f"{PEOPLE}?q=lefevre"))


class TestPage:
    def test_out_of_scope_is_nowhere_and_a_section_without_role_is_closed(
        self, world: World, lea: User, signed_in: SignedIn
    ) -> None:
        assert signed_in(world.sophie).get(page_url(lea)).status_code == 404
        assert signed_in(world.sophie).get(page_url(world.nora)).status_code == 404
        assert signed_in(world.sophie).get(f"{PEOPLE}{uuid4()}/").status_code == 404
        assert signed_in(world.nora).get(page_url(lea)).status_code == 200
        for user in (world.oscar, world.remi, world.alice):
            for path in (PEOPLE, page_url(world.igor), f"{PEOPLE}{uuid4()}/"):
                assert signed_in(user).get(path).status_code == 403

    def test_it_says_what_helps(self, world: World, signed_in: SignedIn) -> None:
        now = clock.now()
        store = sign_in(Client(), world.igor)
        assert store.row is not None
        entering.note_entry(world.igor, store.row.id, means="lien", browser="Firefox sous Windows")
        Absence.objects.create(user=world.igor, from_date=now.date(), until_date=now.date(), created_at=now)
        Invitation.objects.create(
            email=world.igor.email,
            groupe=world.msa95,
            nonce=b"n",
            token_hash=b"h",
            created_at=now,
            sent_at=now,
            expires_at=now + timedelta(days=7),
        )
        User.objects.filter(pk=world.igor.pk).update(inactivity_notices=1, inactivity_noticed_at=now)
        Notification.objects.create(
            act_id=uuid4(), event="prise-en-charge", at=now, person=world.igor, state=State.FAILED, tries=7
        )
        response = signed_in(world.sophie).get(page_url(world.igor))
        assert_sound(page_of(response))
        text = text_of(response)
        for said in (
            "igor.lefevre@demo.example",
            "CAF du Val-d'Oise",
            "instructeur",
            "Version 1, le",
            "Second facteur",
            "par lien reçu par e-mail, depuis Firefox sous Windows",
            "Prise en charge",
            "échec",
            "MSA du Val-d'Oise, envoyée le",
            "Son menu : Demandes, Groupes, Aide. Sa première page : Demandes.",
            "Avertissements d’inactivité",
            "Fermer ses sessions",
        ):
            assert said in text, said

    def test_the_counters_are_those_of_the_person_and_nothing_is_read(self, world: World, signed_in: SignedIn) -> None:
        demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
        sent.reply(world.ines, demande, "Un mot secret.", "prise-en-charge")
        theirs = signed_in(world.ines).get("/demandes/")
        tabs = [one.text for one in page_of(theirs).all("a") if re.fullmatch(r"[^(]+ \(\d+\)", one.text)]
        for reader in (world.nora, world.sophie):
            response = signed_in(reader).get(page_url(world.ines))
            text = text_of(response)
            for tab in tabs:
                label, number = tab.rsplit(" (", 1)
                assert f"{label} : {number.rstrip(')')}" in text
            assert "Parts en cours qu’elle suit : 1" in text
            for hidden in (
                sent.SUBJECT,
                sent.USAGER.last_name,
                sent.DESCRIPTION,
                "secret",
                str(demande.number),
                str(demande.pk),
                f"{demande.number:,}",
            ):
                assert hidden not in response.content.decode()
        alices = text_of(signed_in(world.nora).get(page_url(world.alice)))
        assert "Demandes dont cette personne est l’auteur : 1" in alices
        lines = JournalLine.objects.filter(demande_id=demande.pk, actor_id__in=[world.nora.pk, world.sophie.pk])
        assert not lines.exists()

    def test_who_opened_it_is_in_the_journal(self, world: World, signed_in: SignedIn) -> None:
        client = signed_in(world.sophie)
        client.head(page_url(world.igor))
        client.get(page_url(world.igor))
        line = JournalLine.objects.get(act="personne-consultee")
        assert (line.actor_id, line.kind, line.thing_id) == (world.sophie.pk, "compte", world.igor.pk)

    def test_a_closed_account_sees_nothing_and_keeps_its_roles(self, world: World, signed_in: SignedIn) -> None:
        User.objects.filter(pk=world.sophie.pk).update(is_active=False, deactivated_at=clock.now())
        text = text_of(signed_in(world.nora).get(page_url(world.sophie)))
        assert "Son compte est désactivé" in text
        assert "SuperviseurVal-d'Oise (95) ; organismes du réseau France services" in text

    def test_no_key_of_a_session_is_shown(self, world: World, signed_in: SignedIn) -> None:
        store = sign_in(Client(), world.igor)
        content = signed_in(world.nora).get(page_url(world.igor)).content.decode()
        assert store.row is not None
        assert (store.session_key or "") not in content
        assert str(store.row.id) not in content

    def test_one_does_not_change_oneself_there(self, world: World, signed_in: SignedIn) -> None:
        text = text_of(signed_in(world.nora).get(page_url(world.nora)))
        assert "Fermer ses sessions" not in text
        assert "Changer ses rôles" not in text

    def test_the_same_few_queries_whatever_there_is(
        self, world: World, signed_in: SignedIn, django_assert_max_num_queries: Any
    ) -> None:
        supervision = Supervision.objects.create(user=world.igor, created_at=clock.now())
        supervision.organismes.set(["caf"])
        client, spent, now = signed_in(world.nora), [], clock.now()
        for number in (2, 198):
            Notification.objects.bulk_create(
                Notification(act_id=uuid4(), event="reponse", at=now, person=world.igor, state=State.SENT)
                for _ in range(number)
            )
            for _ in range(number // 2):
                sign_in(Client(), world.igor)
                place = Groupe.objects.create(name=str(uuid4()), organisme_id="caf", created_at=now)
                join(world.igor, place, instructeur=True)
            with django_assert_max_num_queries(10) as queries:
                assert client.get(page_url(world.igor)).status_code == 200
            spent.append(len(queries))
        assert spent[0] == spent[1]


class TestEndingSessions:
    def test_they_end_and_the_person_is_told(self, world: World, signed_in: SignedIn) -> None:
        theirs = Client()
        sign_in(theirs, world.igor)
        key = {"cle": str(uuid4())}
        client = signed_in(world.sophie)
        for _ in range(2):
            response = client.post(f"{page_url(world.igor)}sessions/", key)
            assert (response.status_code, response["Location"]) == (303, page_url(world.igor))
        assert not Session.objects.filter(user=world.igor).exists()
        assert theirs.get("/demandes/")["Location"].startswith("/connexion/")
        line = JournalLine.objects.get(act="sessions-fermees")
        assert (line.actor_id, line.thing_id, line.codes) == (world.sophie.pk, world.igor.pk, {"nombre": 1})
        run_jobs()
        [told] = mail.outbox
        assert (told.to, told.extra_headers["X-Aplus-Evenement"]) == ([world.igor.email], "sessions-fermees")

    def test_not_of_who_holds_more_nor_of_oneself(self, world: World, lea: User, signed_in: SignedIn) -> None:
        join(world.oscar, world.caf95)
        sign_in(Client(), world.oscar)
        sign_in(Client(), lea)
        assert signed_in(world.sophie).post(f"{page_url(world.oscar)}sessions/").status_code == 403
        assert signed_in(world.sophie).post(f"{page_url(lea)}sessions/").status_code == 404
        assert signed_in(world.remi).post(f"{page_url(world.igor)}sessions/").status_code == 403
        assert signed_in(world.nora).post(f"{page_url(world.nora)}sessions/").status_code == 403
        assert Session.objects.filter(user__in=[world.oscar, lea]).count() == 2
