"""The members on the page of a groupe: who reads what of them, their last activity, what changed among them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aplus.accounts.models import Absence, Membership, User
from aplus.accounts.services.people import create_user, join
from aplus.core import clock
from tests.accounts.members import BOTH, give, put_out
from tests.demandes.one.browser import Browser

pytestmark = pytest.mark.django_db


def page(person, groupe):
    return Browser(person).get(f"/groupes/{groupe.id}/")


def rows(answer):
    """The cells of each line of the tables, by the name at its head."""
    found = {}
    for line in answer.page.all("tr"):
        cells = [
            " ".join(one.text.split())
            for one in answer.page.elements
            if one.name in {"td", "th"} and one.get("scope") != "col" and any(parent is line for parent in one.parents)
        ]
        if cells:
            found[cells[0]] = cells[1:]
    return found


def test_members_read_names_roles_addresses_and_activity(world):
    User.objects.filter(pk=world.igor.pk).update(last_active_at=clock.now() - timedelta(days=20))
    answer = page(world.ines, world.caf95)
    lines = rows(answer)
    assert lines["Igor Lefèvre Référent A+"] == ["instructeur", "igor.lefevre@demo.example", "moins d’un mois"]
    assert lines["Rémi Garnier Responsable de service"][0] == "instructeur, responsable"
    assert list(lines) == sorted(lines, key=lambda name: name.split()[1]), "by last name"


def test_those_who_manage_act_on_others_never_on_themselves(world):
    for who in ("remi", "sophie", "nora"):
        lines = rows(page(world.user(who), world.caf95))
        assert lines["Igor Lefèvre Référent A+"][-1] == "Gérer"
    assert rows(page(world.remi, world.caf95))["Rémi Garnier Responsable de service"][-1] == ""


def test_an_observateur_reads_names_only(world):
    join(create_user("sans.nom@demo.example"), world.caf95)
    User.objects.filter(pk=world.igor.pk).update(is_active=False)
    answer = page(world.oscar, world.caf95)
    assert "Inès Caron" in answer.words
    assert "Compte à compléter" in answer.words
    for hidden in ("@demo.example", "instructeur", "Référent", "jamais", "désactivé", "Igor"):
        assert hidden not in answer.words.replace("caf95@demo.example", ""), hidden


def test_who_is_absent_until_when(world):
    today = clock.now().date()
    for user, first, last, ended in (
        (world.igor, today - timedelta(days=1), today + timedelta(days=400), None),
        (world.ines, today - timedelta(days=1), today + timedelta(days=400), clock.now()),
    ):
        Absence.objects.create(
            user=user, set_by=user, from_date=first, until_date=last, created_at=clock.now(), ended_at=ended
        )
    words = page(world.remi, world.caf95).words
    assert words.count("Absence jusqu’au") == 1


def test_closed_accounts_are_apart_and_can_be_opened_again(world):
    User.objects.filter(pk=world.igor.pk).update(is_active=False)
    answer = page(world.remi, world.caf95)
    assert "Comptes désactivés" in answer.words
    assert rows(answer)["Igor Lefèvre Référent A+"][-1] == "Réactiver"
    assert "Réactiver" not in page(world.ines, world.caf95).words


def test_changes_stay_twelve_months_for_members_and_those_who_manage(world):
    Membership.objects.filter(user=world.igor).update(is_instructeur=False, instructeur_since=None)
    with clock.at(clock.now() - timedelta(days=380)):
        give(world.nora, world.ines, world.caf95, BOTH)
    with clock.at(clock.now() - timedelta(days=350)):
        give(world.remi, world.igor, world.caf95, BOTH)
    words = page(world.ines, world.caf95).words
    assert "Igor Lefèvre devient instructeur" in words
    assert "Inès Caron a désormais" not in words
    for who in ("sophie", "nora", "remi"):
        assert "Changements" in page(world.user(who), world.caf95).words
    assert "Changements" not in page(world.oscar, world.caf95).words


def test_the_page_costs_the_same_with_two_and_two_hundred(world):
    def cost():
        browser = Browser(world.remi)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(f"/groupes/{world.caf95.id}/").status == 200
        return len(queries)

    # The first visit is a first step, and is noted.
    cost()
    few = cost()
    for number in range(200):
        user = create_user(f"{number}@demo.example", first_name="Ana", last_name=f"Nom {number:03}")
        join(user, world.caf95)
        give(world.nora, user, world.caf95, BOTH)
    put_out(world.nora, world.igor, world.caf95)
    assert cost() == few <= 10
    assert len(rows(page(world.remi, world.caf95))) == 202
