"""One's own account: identity, who may change one's roles, what one chooses to be told."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aplus.accounts.models import DigestChoice, MailChoice, Membership, User
from aplus.accounts.services.people import join
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.journal.models import JournalLine
from tests.personas import World
from tests.ui.markup import assert_sound, page_of

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]
WHO, MAILS = "/moi/informations/", "/moi/notifications/"
ALICE = {"prenom": "Alice", "nom": "Martin", "fonction": "Conseillère", "telephone": ""}


def words(client: Client, path: str = "/moi/") -> str:
    response = client.get(path)
    assert response.status_code == 200
    page = page_of(response)
    assert_sound(page)
    return " ".join(page.one("main").text.split())


def test_one_reads_who_may_change_one_s_roles(world: World, signed_in: SignedIn) -> None:
    """The responsables but oneself, else the superviseurs whose scope holds the groupe, else the team."""
    assert "Peut changer vos rôles : Rachel Moreau." in words(signed_in(world.alice))
    assert "Peut changer vos rôles : Sophie Laurent." in words(signed_in(world.rachel))
    assert "équipe d’Administration+ peut changer vos rôles" in words(signed_in(world.chloe))
    assert "superviseur. L’équipe d’Administration+ peut le changer" in words(signed_in(world.sophie))
    User.objects.filter(pk=world.rachel.pk).update(is_active=False)
    assert "Peut changer vos rôles : Sophie Laurent." in words(signed_in(world.alice))


def test_it_leads_to_the_rest_of_the_account(world: World, signed_in: SignedIn) -> None:
    page = page_of(signed_in(world.alice).get("/moi/"))
    links = {link.get("href") for link in page.all("a")}

    assert {"/moi/informations/", "/moi/adresse/", "/moi/securite/", MAILS, "/moi/absences/", "/moi/donnees/"} <= links


def test_it_costs_the_same_in_many_groupes(world: World, signed_in: SignedIn) -> None:
    client, costs = signed_in(world.alice), []
    for number in (2, 40):
        for rank in range(number):
            place = Groupe.objects.create(name=f"{number} {rank}", organisme_id="caf", created_at=clock.now())
            place.territoires.set(["95"])
            join(world.alice, place, instructeur=True)
        for path in ("/moi/", MAILS):
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            costs.append(len(queries))

    assert costs[:2] == costs[2:]
    assert max(costs) <= 10


def test_who_one_is_changes_with_its_place_in_lists(world: World, signed_in: SignedIn) -> None:
    client, cle = signed_in(world.alice), str(uuid4())
    typed = {"prenom": " Alice  Anne ", "nom": "Élan", "fonction": "Médiatrice", "telephone": "0139000000", "cle": cle}
    answers = [client.post(WHO, typed) for _ in range(2)]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(303, "/moi/")] * 2
    user = User.objects.get(pk=world.alice.pk)

    assert (user.full_name, user.function, user.phone, user.sort_key) == (
        "Alice Anne Élan",
        "Médiatrice",
        "01 39 00 00 00",
        "elan alice anne",
    )
    line = JournalLine.objects.get(act="identite")
    assert (line.actor_id, line.thing_id, line.codes) == (user.pk, user.pk, {})
    assert "01 39 00 00 00" in words(client)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+32 2 555 12 12", "+32 2 555 12 12"),
        ("0262 20 00 00", "+262 262 20 00 00"),
        (" ", ""),
        ("01.39.00.00.00", "01 39 00 00 00"),
    ],
)
def test_telephones_are_kept_as_people_read_them(world: World, signed_in: SignedIn, typed: str, kept: str) -> None:
    assert signed_in(world.alice).post(WHO, {**ALICE, "telephone": typed}).status_code == 303
    assert User.objects.get(pk=world.alice.pk).phone == kept


@pytest.mark.parametrize(
    "typed",
    [
        {"prenom": ""},
        {"nom": " "},
        {"fonction": ""},
        {"nom": "x" * 101},
        {"prenom": "Al\x00ice"},
        {"telephone": "12"},
        {"telephone": "bonjour"},
        {"telephone": "0" * 10_000},
        {"telephone": "\x00"},
    ],
)
def test_what_is_odd_is_refused_with_what_was_typed(world: World, signed_in: SignedIn, typed: dict[str, str]) -> None:
    response = signed_in(world.alice).post(WHO, {**ALICE, "fonction": "Canari", **typed})

    assert response.status_code == 422
    assert "fr-message--error" in response.content.decode()
    if "fonction" not in typed:
        assert 'value="Canari"' in response.content.decode()
    assert User.objects.get(pk=world.alice.pk).function == world.alice.function


def choices(*places: Groupe, **more: Any) -> dict[str, Any]:
    return {"choix": "chaque", **{f"nouvelles_{place.pk}": "chaque" for place in places}, **more}


def test_choices_are_kept_and_shown_again(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.remi)
    page = page_of(client.get(MAILS))
    assert_sound(page)
    assert [box.get("name") for box in page.all("input") if "checked" in box.attributes] == [
        *("choix", "heures", "heures", f"nouvelles_{world.caf95.pk}", "resume"),
    ]
    own = f"nouvelles_{world.caf95.pk}"
    for _ in range(2):
        response = client.post(MAILS, choices(choix="groupe", heures="14", **{own: "aucun"}))
        assert (response.status_code, response["Location"]) == (303, "/moi/")
    user = User.objects.get(pk=world.remi.pk)

    assert (user.mail_choice, user.mail_hours, user.weekly_summary) == (MailChoice.GROUPED, [14], False)
    assert Membership.objects.get(user=user).new_demandes == DigestChoice.NONE
    assert JournalLine.objects.filter(act="choix-des-e-mails").first().codes == {"choix": "groupe", "resume": False}


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"choix": "autre"},
        {"choix": "groupe"},
        {"choix": "groupe", "heures": "10"},
        {"choix": "groupe", "heures": "\x00"},
        {"choix": "chaque", "heures": "x" * 10_000},
    ],
)
def test_odd_choices_are_refused(world: World, signed_in: SignedIn, typed: dict[str, str]) -> None:
    response = signed_in(world.alice).post(MAILS, typed)

    assert response.status_code == 422
    assert_sound(page_of(response))


def test_another_s_groupe_cannot_be_chosen_for(world: World, signed_in: SignedIn) -> None:
    forged = choices(world.caf95, world.cpam95, **{f"nouvelles_{world.cpam95.pk}": "aucun"})
    assert signed_in(world.ines).post(MAILS, forged).status_code == 303

    assert not Membership.objects.filter(new_demandes=DigestChoice.NONE).exists()


def test_the_last_to_be_told_in_a_groupe_without_mailbox_cannot_choose_none(world: World, signed_in: SignedIn) -> None:
    client, own = signed_in(world.paul), f"nouvelles_{world.cpam95.pk}"
    none_of_all, none_of_groupe = choices(world.cpam95, choix="aucun"), choices(choix="chaque", **{own: "aucun"})
    assert client.post(MAILS, none_of_all).status_code == 303  # the mailbox is told
    assert client.post(MAILS, choices(world.cpam95)).status_code == 303
    Groupe.objects.filter(pk=world.cpam95.pk).update(mailbox="")
    for refused in (none_of_all, none_of_groupe):
        response = client.post(MAILS, refused)
        assert response.status_code == 422
        assert "dernière personne prévenue" in response.content.decode()
        assert_sound(page_of(response))
    user = User.objects.get(pk=world.paul.pk)
    assert (user.mail_choice, user.memberships.get().new_demandes) == (MailChoice.EACH, DigestChoice.EVERY)
    assert client.post(MAILS, choices(choix="groupe", heures="9", **{own: "groupe"})).status_code == 303
    colleague = join(world.igor, world.cpam95, instructeur=True, new_demandes=DigestChoice.NONE)
    assert client.post(MAILS, none_of_all).status_code == 422
    Membership.objects.filter(pk=colleague.pk).update(new_demandes=DigestChoice.GROUPED)
    assert client.post(MAILS, none_of_all).status_code == 303
    # What was chosen before is not held against who keeps it.
    Membership.objects.filter(pk=colleague.pk).delete()
    assert client.post(MAILS, {**none_of_all, "resume": "1"}).status_code == 303
