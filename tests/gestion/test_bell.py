"""The bell: what each person reads of what happened, how many are unread, what marks them read, at what cost."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aplus.accounts.models import Membership, MembershipChange, MembershipEvent, Proposal, ProposalKind, User
from aplus.accounts.queries.actors import actor_for
from aplus.accounts.rules.members import Flags
from aplus.accounts.services import closing, inviting, members, proposing, returning
from aplus.accounts.services.groupes import CLOSED, MAILBOX, TAKEN_OVER
from aplus.core import clock
from aplus.demandes.models import Demande, Reading
from aplus.demandes.services import reading
from aplus.demandes.services.telling import Role
from aplus.notifications import bell, services
from aplus.notifications.models import Notification
from tests import personas
from tests.accounts.members import give, put_out
from tests.demandes import sent
from tests.demandes.one.browser import Browser, filled
from tests.demandes.one.cast import Cast, gather
from tests.notifications.jobs import run_jobs
from tests.personas import World
from tests.ui.markup import assert_sound, page_of

pytestmark = pytest.mark.django_db
BELL = "/notifications/"
SignedIn = Callable[[Any], Client]


def label_of(client: Client, address: str = "/moi/") -> str:
    """What the link of the header says, as a screen reader says it."""
    page = page_of(client.get(address))
    [link] = [one for one in page.all("a") if one.get("href") == BELL and "ui-bell" in one["class"]]
    hidden = [one.text for one in page.all("span") if one.get("aria-hidden") == "true" and link in one.parents]
    return " ".join(link.text.replace("".join(hidden), "", 1).split())


def said(client: Client, address: str = BELL) -> list[str]:
    """The events of the page, in their order."""
    page = page_of(client.get(address))
    [*lists] = page.all("ul", "list-events")
    return [" ".join(one.text.split()) for one in page.all("li") if any(parent in lists for parent in one.parents)]


@pytest.fixture
def cast(world: World) -> Cast:
    """The demande with everybody; nothing is unread yet."""
    cast = gather(world)
    Notification.objects.all().delete()
    return cast


def test_it_counts_says_and_is_read_by_opening_the_demande(cast: Cast, signed_in: SignedIn) -> None:
    alice = signed_in(cast.world.alice)
    assert label_of(alice) == "Notifications"
    sent.reply(cast.world.ines, cast.demande, "Sujet-canari")
    assert label_of(alice) == "Notifications : 1 non lue"
    sent.reply(cast.world.paul, cast.demande, "Sujet-canari")
    assert label_of(alice) == "Notifications : 2 non lues"
    page = alice.get(BELL)
    assert_sound(page_of(page))
    assert not re.search("canari|Quartefeuille|Allocation suspendue", page.content.decode())
    newest, oldest = said(alice)
    number = f"{cast.demande.number:,}".replace(",", " ")
    assert newest.startswith("Non lue Paul Nguyen (CPAM du Val-d'Oise) a écrit un message.")
    assert f"Demande n° {number} de France services Argenteuil, Val-d'Oise (95)" in newest
    assert oldest.startswith("Non lue Inès Caron (CAF du Val-d'Oise) a écrit un message.")
    assert label_of(alice) == "Notifications : 2 non lues", "the page of notifications reads no demande"
    assert f'href="{sent.address(cast.demande)}"' in page.content.decode()
    alice.get(sent.address(cast.demande))
    assert label_of(alice) == "Notifications"
    assert [event.startswith("Non lue") for event in said(alice)] == [False, False]


def test_only_one_s_own_and_never_one_s_own_act(cast: Cast, signed_in: SignedIn) -> None:
    sent.reply(cast.world.ines, cast.demande)
    assert said(signed_in(cast.world.ines)) == []
    assert said(signed_in(cast.world.rachel)) == []
    assert "Aucune notification pour l’instant" in signed_in(cast.world.rachel).get(BELL).content.decode()
    assert len(said(signed_in(cast.world.amir))) == 1


def test_of_an_invitation_the_author_reads_that_somebody_else_is(cast: Cast, signed_in: SignedIn) -> None:
    inviting_form = {"groupes": str(cast.world.msa95.pk), "motif": "Pour avis."}
    assert cast.submit("ines", "invitations", **inviting_form).status == 303
    Notification.objects.exclude(event="invitation").delete()
    [told] = said(signed_in(cast.world.alice))
    assert "Inès Caron a invité un groupe ou une personne sur la demande." in told
    [told] = said(signed_in(cast.world.agent_msa))
    assert "Inès Caron vous invite sur une demande." in told


def test_a_note_is_nothing_to_the_author_s_side(cast: Cast, signed_in: SignedIn) -> None:
    """Told while instructeur, then brought to the other side: the counter and the page are those of no note."""
    cast.submit("ines", "messages", message="Entre nous.", reserve="1")
    Notification.objects.exclude(event="note").delete()
    events = Notification.objects.all()
    assert events.exists()
    assert not events.filter(person__in=[cast.world.alice, cast.world.amir]).exists()
    paul = signed_in(cast.world.paul)
    assert label_of(paul) == "Notifications : 1 non lue"
    Notification.objects.filter(person=cast.world.paul).update(person=cast.world.amir)
    amir = signed_in(cast.world.amir)
    assert label_of(amir) == "Notifications"
    assert said(amir) == []


def test_a_right_lost_takes_its_events_away_at_once(cast: Cast, signed_in: SignedIn) -> None:
    sent.reply(cast.world.alice, cast.demande)
    ines = signed_in(cast.world.ines)
    assert label_of(ines) == "Notifications : 1 non lue"
    kept = Membership.objects.get(user=cast.world.ines, groupe=cast.world.caf95)
    Membership.objects.filter(pk=kept.pk).delete()
    assert label_of(ines) == "Notifications"
    assert said(ines) == []
    # Opening the page has put them aside: they do not come back as news with the right.
    kept.save(force_insert=True)
    assert label_of(ines) == "Notifications"
    assert len(said(ines)) == 1


def test_what_is_muted_is_read_here_and_mailed_no_more(cast: Cast, signed_in: SignedIn) -> None:
    assert cast.submit("igor", "suivi", choix="muet").status == 303
    sent.reply(cast.world.alice, cast.demande)
    told = dict(Notification.objects.filter(event="reponse").values_list("person", "is_mail"))
    assert (told[cast.world.igor.pk], told[cast.world.ines.pk]) == (False, True)
    for person in (cast.world.igor, cast.world.ines):
        assert label_of(signed_in(person)) == "Notifications : 1 non lue"


def test_it_works_when_mail_does_not(cast: Cast, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aplus.notifications.mails.Mail.send", lambda _self: 1 / 0)
    sent.reply(cast.world.ines, cast.demande)
    run_jobs(failures_expected=True)
    assert mail.outbox == []
    assert label_of(signed_in(cast.world.alice)) == "Notifications : 1 non lue"
    User.objects.filter(pk=cast.world.alice.pk).update(mail_choice="aucun")
    sent.reply(cast.world.paul, cast.demande)
    assert label_of(signed_in(cast.world.alice)) == "Notifications : 2 non lues"


def test_what_leads_to_no_demande_is_read_by_being_shown(cast: Cast, signed_in: SignedIn) -> None:
    """And HEAD shows nothing."""
    igor = signed_in(cast.world.igor)
    give(cast.world.remi, cast.world.igor, cast.world.caf95, Flags(is_aidant=True, is_instructeur=True))
    assert label_of(igor) == "Notifications : 1 non lue"
    igor.head(BELL)
    assert label_of(igor) == "Notifications : 1 non lue"
    [event] = said(igor)
    assert event.startswith(
        "Non lue Rémi Garnier a modifié vos rôles dans le groupe CAF du Val-d'Oise. Vous êtes : aidant, instructeur."
    )
    assert label_of(igor) == "Notifications"
    assert not said(igor)[0].startswith("Non lue")


def test_all_at_once_but_what_came_since(cast: Cast, signed_in: SignedIn) -> None:
    sent.reply(cast.world.ines, cast.demande)
    browser = Browser(cast.world.alice)
    form = browser.get(BELL).fields(BELL)
    sent.reply(cast.world.paul, cast.demande)
    amir = signed_in(cast.world.amir)
    for _twice in range(2):
        response = browser.client.post(BELL, form)
        assert (response.status_code, response["Location"]) == (303, BELL)
        assert label_of(browser.client) == "Notifications : 1 non lue"
    assert label_of(amir) == "Notifications : 2 non lues", "somebody else's stay unread"
    assert Notification.objects.filter(person=cast.world.alice, read_at__isnull=False).count() == 1
    assert not Reading.objects.filter(user=cast.world.alice, demande=cast.demande).exists()


@pytest.mark.parametrize("moment", ["", "hier", "2026-01-01", "2026-01-01T10:00", "\x00", "9" * 41])
def test_a_moment_that_is_none_is_said_so(cast: Cast, moment: str) -> None:
    sent.reply(cast.world.ines, cast.demande)
    browser = Browser(cast.world.alice)
    form = filled(browser.get(BELL).fields(BELL), jusqu_a=moment)
    response = browser.client.post(BELL, form)
    assert response.status_code == 422
    assert "Cette page n’est plus à jour" in response.content.decode()
    assert label_of(browser.client) == "Notifications : 1 non lue"


@pytest.mark.parametrize("mark", ["", "x", "é" * 300, "\x00", "YQ", "bm90aWZpY2F0aW9uc3wwfDB8MA"])
def test_an_address_that_is_no_page_is_the_first_one(cast: Cast, signed_in: SignedIn, mark: str) -> None:
    sent.reply(cast.world.ines, cast.demande)
    response = signed_in(cast.world.alice).get(BELL, {"apres": mark})
    assert response.status_code == 200
    assert "a écrit un message" in response.content.decode()


def many(cast: Cast, person: User, number: int) -> None:
    """Lines as acts write them, one minute apart, the last one now."""
    now, common = clock.now(), {"demande_id": cast.demande.pk, "number": cast.demande.number}
    codes = {"acteur": str(cast.world.ines.pk), "groupe": str(cast.world.caf95.pk)}
    for rank in range(number):
        at = now - timedelta(minutes=number - rank)
        services.tell(act_id=uuid4(), event="reponse", at=at, in_app=[person.pk], codes=codes, **common)


def test_two_or_two_hundred_cost_the_same_and_come_page_by_page(cast: Cast, signed_in: SignedIn) -> None:
    alice, costs = signed_in(cast.world.alice), []
    for number in (2, 198):
        many(cast, cast.world.alice, number)
        for address in (BELL, "/moi/"):
            with CaptureQueriesContext(connection) as queries:
                alice.get(address)
            costs.append(len(queries))
    assert costs[:2] == costs[2:]
    assert max(costs) <= 10
    assert label_of(alice) == "Notifications : plus de 99 non lues"
    assert "99+" in alice.get("/moi/").content.decode()
    seen, address = [], BELL
    while address:
        seen += said(alice, address)
        links = [one for one in page_of(alice.get(address)).all("a") if one.text == "Suivantes"]
        address = f"{BELL}{links[0]['href']}" if links else ""
    assert len(seen) == 200
    assert "Retour au début" in alice.get(f"{BELL}?apres=x").content.decode() or len(seen) == 200


def test_days_have_names(cast: Cast, signed_in: SignedIn) -> None:
    now = clock.now()
    for days in (0, 1, 40):
        services.tell(
            act_id=uuid4(),
            event="reponse",
            at=now - timedelta(days=days),
            demande_id=cast.demande.pk,
            in_app=[cast.world.alice.pk],
        )
    headings = [one.text for one in page_of(signed_in(cast.world.alice).get(BELL)).all("h2", "fr-h6")]
    assert [heading.partition(",")[0] for heading in headings[:2]] == ["Aujourd’hui", "Hier"]
    assert re.fullmatch(r"\d+(er)? \w+ \d{4}", headings[2])


def test_managers_read_metadata_as_long_as_they_manage(cast: Cast, signed_in: SignedIn) -> None:
    """Sophie supervises, Rachel leads the structure, Nora is of the team: a line each, gone with the role."""
    world, codes = cast.world, {"groupe": str(cast.world.caf95.pk)}
    told = {Role.RESPONSABLE: world.remi, Role.SUPERVISEUR: world.sophie, Role.ADMINISTRATEUR: world.nora}
    for role, person in told.items():
        services.tell(
            act_id=uuid4(),
            event="retard",
            at=clock.now(),
            demande_id=cast.demande.pk,
            number=cast.demande.number,
            in_app=[person.pk],
            codes={**codes, "role": role.value},
        )
    for person in told.values():
        client = signed_in(person)
        assert label_of(client) == "Notifications : 1 non lue"
        [event] = said(client)
        assert "CAF du Val-d'Oise n’a pas répondu à temps" in event
    User.objects.filter(pk=world.nora.pk).update(is_administrateur=False)
    world.sophie.supervision.delete()
    Membership.objects.filter(user=world.remi).delete()
    for person in told.values():
        assert said(signed_in(person)) == []


def test_every_event_of_accounts_and_groupes_has_its_sentence(world: World, signed_in: SignedIn) -> None:
    """To Rémi, responsable of the CAF, and at the cost of a page."""
    remi, caf = world.remi, world.caf95
    put_out(remi, world.igor, caf)
    change = MembershipChange.objects.get(event=MembershipEvent.DEPARTURE)
    now, by = clock.now(), {"acteur": str(world.nora.pk), "groupe": str(caf.pk)}
    MembershipChange.objects.create(
        groupe=caf, user=world.igor, by=world.nora, event=MembershipEvent.ARRIVAL, at=now, is_aidant=True
    )
    common = {"groupe": caf, "kind": ProposalKind.ARRIVAL, "created_at": now}
    open_one = Proposal.objects.create(**common, email="x@demo.example", proposed_by=world.ines)
    done = Proposal.objects.create(
        **common, email="y@demo.example", proposed_by=remi, decided_at=now, decided_by=world.nora, is_accepted=False
    )
    about = {"personne": str(world.ines.pk)}
    lines: list[tuple[str, Any, dict[str, Any], str]] = [
        (members.REMOVED, change.pk, {}, "Rémi Garnier a retiré Igor Lefèvre du groupe CAF du Val-d'Oise."),
        (members.NO_RESPONSABLE, None, by, "Le dernier responsable du groupe CAF du Val-d'Oise l’a quitté."),
        (closing.DEACTIVATED, None, about, "Le compte d’Inès Caron a été désactivé."),
        (closing.REACTIVATED, None, {"personne": str(remi.pk)}, "Votre compte a été réactivé."),
        (MAILBOX, None, by, "a changé la boîte aux lettres commune du groupe CAF du Val-d'Oise."),
        (CLOSED, None, {**by, "groupe": str(world.msa95.pk)}, "a fermé le groupe MSA du Val-d'Oise."),
        (
            TAKEN_OVER,
            None,
            {**by, "groupe": str(world.msa95.pk), "successeur": str(caf.pk)},
            "Le groupe CAF du Val-d'Oise reprend les demandes de MSA du Val-d'Oise, fermé par",
        ),
        (returning.ASKED, None, {**about, **by}, "Inès Caron demande à revenir dans le groupe CAF du Val-d'Oise."),
        (inviting.ATTACHED, None, by, "vous a ajouté au groupe CAF du Val-d'Oise."),
        (inviting.ARRIVED, None, by, "a ajouté Igor Lefèvre au groupe CAF du Val-d'Oise."),
        (proposing.PROPOSED, open_one.pk, {}, "Inès Caron propose d’ajouter quelqu’un au groupe CAF du Val-d'Oise."),
        (inviting.REFUSED, None, {"proposition": str(done.pk)}, "a refusé votre proposition d’ajouter un collègue"),
        ("adresse-changee", None, {**about, "pour": "responsable"}, "Inès Caron a changé d’adresse e-mail."),
        ("adresse-changee", None, {**about, "pour": "nouvelle"}, "L’adresse e-mail de votre compte a changé."),
        ("role", None, {"role": "expertise", "sens": "donne"}, "Vous êtes désormais expert dans Administration+."),
        ("nouvel-appareil", None, {"navigateur": "Firefox"}, "depuis un nouvel appareil : Firefox."),
        ("mot-de-passe", None, {"geste": "change"}, "mot de passe"),
        ("second-facteur", None, {"quoi": "application-ajoutee"}, "application de codes"),
        ("sessions-fermees", None, {}, "a fermé vos sessions"),
    ]
    Notification.objects.all().delete()
    for event, act_id, codes, _sentence in lines:
        services.tell(act_id=act_id or uuid4(), event=event, at=now, in_app=[remi.pk], codes=codes)
    client = signed_in(remi)
    assert label_of(client) == f"Notifications : {len(lines)} non lues"
    with CaptureQueriesContext(connection) as queries:
        told = " | ".join(said(client))
    assert len(queries) <= 10
    for _event, _act_id, _codes, sentence in lines:
        assert sentence in told
    assert label_of(client) == "Notifications"
    Membership.objects.filter(user=remi).delete()
    left = said(signed_in(remi))
    assert "CAF du Val-d'Oise" not in " ".join(left)
    assert not any("Inès" in event for event in left)


def test_links_that_open_something_and_summaries_are_no_events(world: World) -> None:
    """They are written as read, and never shown."""
    for event in ("connexion", "mot-de-passe-oublie", "adresse-demandee", "recapitulatif", "resume"):
        assert not bell.is_shown(event)
    services.tell(act_id=uuid4(), event="connexion", at=clock.now(), people=[world.alice.pk])
    assert Notification.objects.get().read_at is not None


def test_each_night_what_was_read_on_its_demande_leaves_the_unread(cast: Cast, signed_in: SignedIn) -> None:
    many(cast, cast.world.alice, 2)
    signed_in(cast.world.alice).get(sent.address(cast.demande))
    many(cast, cast.world.amir, 1)
    reading.settle_told()
    read = Notification.objects.filter(read_at__isnull=False)
    assert set(read.values_list("person_id", flat=True)) == {cast.world.alice.pk}
    assert {line.read_at for line in read} == {Reading.objects.get(user=cast.world.alice).last_at}


def test_the_counter_costs_no_query(cast: Cast, signed_in: SignedIn) -> None:
    """The page of a demande with a hundred unread events, and one without any."""
    costs = []
    for number in (0, 120):
        many(cast, cast.world.alice, number)
        client = signed_in(cast.world.alice)
        with CaptureQueriesContext(connection) as queries:
            client.get("/aide/")
        costs.append(len(queries))
    assert costs[0] == costs[1] == 1


def test_a_timer_does_not_count(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.world.alice)
    with CaptureQueriesContext(connection) as queries:
        client.get(f"{sent.address(cast.demande)}suite/")
    assert "notifications_notification" not in queries[0]["sql"]


def test_a_newcomer_and_nobody_have_no_bell(world: World) -> None:
    nobody = Client()
    assert nobody.get(BELL)["Location"] == "/connexion/?suite=%2Fnotifications%2F"
    assert "ui-bell" not in nobody.get("/aide/").content.decode()
    nadia = Client()
    personas.sign_in(nadia, world.nadia)
    assert nadia.get(BELL)["Location"].startswith("/bienvenue/")


def test_a_demande_that_is_erased_keeps_its_line(cast: Cast, signed_in: SignedIn) -> None:
    many(cast, cast.world.alice, 1)
    Demande.objects.filter(pk=cast.demande.pk).update(erased_at=clock.now())
    assert len(said(signed_in(cast.world.alice))) == 1


def test_an_actor_gone_is_not_named(cast: Cast, signed_in: SignedIn) -> None:
    many(cast, cast.world.alice, 1)
    User.objects.filter(pk=cast.world.ines.pk).update(deleted_at=clock.now())
    [event] = said(signed_in(cast.world.alice))
    assert "Compte supprimé (CAF du Val-d'Oise) a écrit un message." in event
    assert actor_for(cast.world.alice.pk).is_signed_in
