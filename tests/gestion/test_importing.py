"""The import of people on screen: review, confirmation, refusals, who may; nothing written before confirmation."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aplus.accounts.models import Invitation, Membership, MembershipChange, User
from aplus.accounts.services import people
from aplus.annuaire.models import Groupe, Organisme
from aplus.core import clock
from aplus.journal.models import JournalLine
from aplus.notifications.models import Notification
from tests import personas
from tests.demandes import sent
from tests.demandes.one.browser import Answer, Browser
from tests.notifications.jobs import run_jobs

PAGE = "/groupes/import/"


def of(groupe):
    return f"{PAGE}?groupe={groupe.pk}"


def check(who, text, groupe=None):
    """This person reads the page, chooses a file of this text, and reads the review."""
    browser = Browser(who)
    fields = browser.get(of(groupe) if groupe else PAGE).fields(PAGE)
    content = text if isinstance(text, bytes) else text.encode()
    upload = SimpleUploadedFile("equipe.csv", content)
    return browser, Answer(browser.client.post(PAGE, {**fields, "fichier": upload}))


def confirm(browser, review, **changed):
    return Answer(browser.client.post(PAGE, {**review.fields(PAGE), **changed}))


def import_all(who, text, groupe=None):
    return confirm(*check(who, text, groupe))


def rows():
    """Everything an import can write."""
    return (
        list(User.objects.order_by("pk").values()),
        list(Membership.objects.order_by("pk").values()),
        Invitation.objects.count(),
        MembershipChange.objects.count(),
        Notification.objects.count(),
        JournalLine.objects.filter(act="import").count(),
    )


def results(review):
    """The number of each line with its badge."""
    cells = [[one for one in review.page.all("td") if row in one.parents] for row in review.page.all("tr")]
    badge = {id(parent): one.text for one in review.page.all("p", "fr-badge") for parent in one.parents}
    badge |= {id(parent): one.text for one in review.page.all("span", "fr-badge") for parent in one.parents}
    return {row[0].text.strip(): badge[id(row[4])].strip() for row in cells if row}


def test_nothing_is_written_before_confirmation(world):
    before = rows()
    _, review = check(world.remi, "email\nnew@demo.example\nchloe.dubois@demo.example\n", world.caf95)
    assert review.status == 200
    assert rows() == before


def test_each_line_says_what_it_would_do_then_does_it(world):
    text = (
        "email;prenom;nom;fonction;instructeur\n"
        "new.comer@demo.example;New;Comer;Référente;oui\n"
        "Chloe.Dubois@demo.example;;;;\n"
        "ines.caron@demo.example;;;;\n"
        "remi.garnier@demo.example;;;;\n"
        "not an address;;;;\n"
        "new.comer@demo.example;;;;\n"
    )
    browser, review = check(world.remi, text, world.caf95)
    assert results(review) == {
        "2": "Invitée",
        "3": "Rattachée",
        "4": "Inchangée",
        "5": "Refusée",
        "6": "Refusée",
        "7": "Refusée",
    }
    answer = confirm(browser, review)
    assert (answer.status, answer.location) == (303, f"/groupes/{world.caf95.pk}/")
    [invitation] = Invitation.objects.all()
    assert (invitation.email, invitation.first_name, invitation.function) == (
        "new.comer@demo.example",
        "New",
        "Référente",
    )
    assert invitation.is_instructeur and not invitation.is_aidant
    held = Membership.objects.get(user=world.chloe, groupe=world.caf95)
    assert held.is_instructeur and not held.is_aidant and not held.is_responsable
    assert "1 invitation envoyée, 1 personne rattachée" in browser.get(answer.location).text


def test_the_people_and_the_groupe_are_told_once(world, mailoutbox):
    import_all(world.remi, "email\na@demo.example\nb@demo.example\nchloe.dubois@demo.example\n", world.caf95)
    run_jobs()
    told = sorted((mail.to[0], mail.extra_headers["X-Aplus-Evenement"]) for mail in mailoutbox)
    assert told == [
        ("a@demo.example", "inscription"),
        ("b@demo.example", "inscription"),
        ("chloe.dubois@demo.example", "ajout"),
        ("igor.lefevre@demo.example", "arrivee"),
        ("ines.caron@demo.example", "arrivee"),
    ]


def test_the_same_confirmation_twice_is_one_import(world):
    browser, review = check(world.remi, "email\na@demo.example\n", world.caf95)
    first, second = confirm(browser, review), confirm(browser, review)
    assert (first.status, first.location) == (second.status, second.location)
    assert Invitation.objects.count() == 1
    assert JournalLine.objects.filter(act="import").count() == 1


def test_what_changed_since_the_review_is_reviewed_again(world):
    browser, review = check(world.remi, "email\na@demo.example\nb@demo.example\n", world.caf95)
    people.create_user("a@demo.example", first_name="A", last_name="A", is_welcomed=True)
    again = confirm(browser, review)
    assert again.status == 409
    assert results(again) == {"2": "Rattachée", "3": "Invitée"}
    assert not Invitation.objects.exists()
    assert confirm(browser, again).status == 303
    assert Invitation.objects.get().email == "b@demo.example"


def test_a_file_changed_in_the_page_is_not_the_one_that_was_reviewed(world):
    browser, review = check(world.remi, "email\na@demo.example\n", world.caf95)
    forged = confirm(browser, review, contenu="email;responsable\nevil@demo.example;oui\n")
    assert forged.status == 409
    assert not Invitation.objects.exists()


def test_a_line_names_only_groupes_that_its_reader_manages(world):
    text = (
        "email;groupe\n"
        "a@demo.example;CAF du Val-d'Oise\n"
        "b@demo.example;CPAM du Val-d'Oise\n"
        "c@demo.example;Nulle part\n"
        "d@demo.example;\n"
    )
    _, review = check(world.remi, text)
    assert results(review) == {"2": "Invitée", "3": "Refusée", "4": "Refusée", "5": "Refusée"}
    _, of_the_team = check(world.nora, text)
    assert results(of_the_team) == {"2": "Invitée", "3": "Invitée", "4": "Refusée", "5": "Refusée"}


def test_a_superviseur_brings_people_into_what_is_wholly_in_scope(world):
    far = Groupe.objects.create(name="CAF ailleurs", organisme_id="caf", created_at=clock.now())
    text = f"email;groupe\na@demo.example;caf du val-d'oise\nb@demo.example;{far.name}\nc@demo.example;CCAS de Cergy\n"
    _, review = check(world.sophie, text)
    # The CCAS is no organisme of the France services network, the other CAF covers nothing of the scope.
    assert results(review) == {"2": "Invitée", "3": "Refusée", "4": "Refusée"}


def test_two_groupes_of_one_name_are_told_apart_by_their_organisme(world):
    Groupe.objects.create(name="CAF du Val-d'Oise", organisme_id="cpam", created_at=clock.now())
    text = "email;groupe;organisme\na@demo.example;caf du val-d'oise;\nb@demo.example;CAF DU VAL-D'OISE;caf\n"
    _, review = check(world.nora, text)
    assert results(review) == {"2": "Refusée", "3": "Invitée"}


def test_the_side_of_an_organisme_of_both_is_said(world):
    Organisme.objects.filter(pk="ccas").update(side="les_deux")
    text = "email;aidant;instructeur;responsable\na@demo.example;;;\nb@demo.example;oui;;\nc@demo.example;;;oui\n"
    _, review = check(world.nora, text, world.ccas_cergy)
    assert results(review) == {"2": "Refusée", "3": "Invitée", "4": "Invitée"}


def test_flags_of_a_member_are_not_changed_by_a_file(world):
    """An import adds people: roles change on the page of the groupe, one by one, with their consequences."""
    before = Membership.objects.get(user=world.igor, groupe=world.caf95)
    _, review = check(world.remi, "email;responsable\nigor.lefevre@demo.example;oui\n", world.caf95)
    assert results(review) == {"2": "Inchangée"}
    assert "Ses rôles ne changent pas" in review.text
    assert PAGE not in review.actions()
    after = Membership.objects.get(user=world.igor, groupe=world.caf95)
    assert after.is_responsable is before.is_responsable is False


def test_an_address_is_moved_by_who_may_change_it(world):
    text = "email;ancien_email\nines.nouvelle@demo.example;ines.caron@demo.example\n"
    _, refused = check(world.remi, text, world.caf95)
    assert results(refused) == {"2": "Refusée"}
    browser, review = check(world.sophie, text, world.caf95)
    assert results(review) == {"2": "Adresse changée"}
    assert confirm(browser, review).status == 303
    assert User.objects.get(pk=world.ines.pk).email == "ines.nouvelle@demo.example"
    assert Membership.objects.filter(user=world.ines, groupe=world.caf95).count() == 1


def test_an_address_that_both_accounts_have_is_refused(world):
    text = (
        "email;ancien_email\nigor.lefevre@demo.example;ines.caron@demo.example\nnew@demo.example;nobody@demo.example\n"
    )
    _, review = check(world.sophie, text, world.caf95)
    assert results(review) == {"2": "Refusée", "3": "Invitée"}


def test_a_deactivated_account_is_not_brought_back_by_a_file(world):
    User.objects.filter(pk=world.chloe.pk).update(is_active=False, deactivated_at=clock.now())
    _, review = check(world.remi, "email\nchloe.dubois@demo.example\n", world.caf95)
    assert results(review) == {"2": "Refusée"}


def test_how_many_demandes_the_role_opens_is_said_first(world):
    sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    _, review = check(world.remi, "email\na@demo.example\nb@demo.example\n", world.caf95)
    assert "2 nouveaux instructeurs. Ce rôle ouvre la demande qui y est en cours" in review.text


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "vide"),
        (b"PK\x03\x04", "classeur"),
        (b"nom\nA\n", "email"),
        (b"email\n" + b"a@demo.example\n" * 2001, "2000 lignes"),
        (b"email\n" + b"x" * (2 * 1024 * 1024), "2"),
        (b"email\n\x00\n", "pas un texte"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(world, content, why):
    before = rows()
    _, answer = check(world.remi, content, world.caf95)
    assert answer.status == 422
    assert why in answer.text
    assert rows() == before


def test_without_a_file_the_page_says_so(world):
    browser = Browser(world.remi)
    answer = Answer(browser.client.post(PAGE, browser.get(PAGE).fields(PAGE)))
    assert answer.status == 422
    assert "Choisissez le fichier" in answer.text


@pytest.mark.parametrize("forged", [{"contenu": ""}, {"contenu": "nom\nA\n"}, {"groupe": "x"}, {"apercu": ""}])
def test_a_forged_confirmation_writes_nothing(world, forged):
    browser, review = check(world.remi, "email\na@demo.example\n", world.caf95)
    before = rows()
    assert confirm(browser, review, **forged).status in {404, 409, 422}
    assert rows() == before


def test_who_may(world):
    for who, status in {"alice": 403, "ines": 403, "oscar": 403, "elise": 403, "rachel": 200, "sophie": 200}.items():
        assert Browser(world.user(who)).get(PAGE).status == status, who
        assert Browser(world.user(who)).get(f"{PAGE}modele.csv").status == status, who
    for who, status in {"rachel": 404, "remi": 200, "sophie": 200, "nora": 200}.items():
        assert Browser(world.user(who)).get(of(world.caf95)).status == status, who
    # In sight, and managed by others.
    assert Browser(world.sophie).get(of(world.ccas_cergy)).status == 404
    people.join(world.rachel, world.caf95, instructeur=True)
    assert Browser(world.rachel).get(of(world.caf95)).status == 403
    assert Browser(None).get(PAGE).location.startswith("/connexion/")


def test_a_right_lost_since_the_review_brings_nobody_in(world):
    browser, review = check(world.remi, "email\na@demo.example\n", world.caf95)
    Membership.objects.filter(user=world.remi).update(is_responsable=False)
    assert confirm(browser, review).status == 403
    assert not Invitation.objects.exists()


def test_a_responsable_invites_two_hundred_people_a_day(world):
    text = "email\n" + "".join(f"p{rank}@demo.example\n" for rank in range(201))
    browser, review = check(world.remi, text, world.caf95)
    answer = confirm(browser, review)
    assert answer.status == 429
    assert not Invitation.objects.exists()


def test_the_model_file_can_be_filled_in_and_imported(world):
    model = Browser(world.nora).get(f"{PAGE}modele.csv")
    assert "attachment" in model.response["Content-Disposition"]
    _, review = check(world.nora, model.response.content, world.fs_argenteuil)
    assert review.status == 200
    assert results(review) == {"2": "Invitée", "3": "Refusée"}


@pytest.mark.parametrize("number", [2, 200])
def test_a_review_costs_the_same_for_any_number_of_lines(world, number):
    client = Client()
    personas.sign_in(client, world.nora)
    text = "email;ancien_email\n" + "".join(f"p{rank}@demo.example;q{rank}@demo.example\n" for rank in range(number))
    upload = SimpleUploadedFile("equipe.csv", text.encode())
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(of(world.caf95), {"fichier": upload, "groupe": str(world.caf95.pk)})
    assert answer.status_code == 200
    assert len(queries) <= 10


def test_two_thousand_lines_come_in_at_once(world):
    """A department's whole network: accounts known and not, in one transaction, each told once."""
    for rank in range(200):
        people.create_user(f"known{rank}@demo.example", first_name="K", last_name=str(rank), is_welcomed=True)
    text = "\ufeffe-mail;Prénom;Nom;Groupe\r\n" + "".join(
        f"{'known' if rank < 200 else 'new'}{rank}@demo.example;Zoé;L’Haÿ;CAF du Val-d'Oise\r\n" for rank in range(2000)
    )
    answer = import_all(world.sophie, text)
    assert (answer.status, answer.location) == (303, "/groupes/")
    assert Membership.objects.filter(groupe=world.caf95).count() == 203
    assert Invitation.objects.filter(groupe=world.caf95).count() == 1800
    assert Notification.objects.filter(event="arrivee").count() == 3
    later = clock.now() + timedelta(seconds=1)
    assert Invitation.objects.filter(created_at__gt=later).count() == 0
