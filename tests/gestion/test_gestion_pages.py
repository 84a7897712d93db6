"""Groupes and one's own account: who sees what."""

from uuid import uuid4

import pytest

from aplus.accounts.models import User
from aplus.annuaire.models import Groupe, Organisme, Territoire
from aplus.core import clock
from aplus.core.text import fold
from aplus.policy.actor import Actor, Scope
from tests.ui import visitors
from tests.ui.markup import assert_sound, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def places():
    """Two organismes, two territoires."""
    for code in ("95", "06"):
        Territoire.objects.get_or_create(code=code, defaults={"name": f"Territoire {code}", "timezone": "Europe/Paris"})
    for code in ("essai-a", "essai-b"):
        Organisme.objects.create(code=code, acronym=code.upper(), name=f"Organisme {code}", side="operateur")


@pytest.fixture
def groupe(places):
    """groupe(name, …) makes one."""

    def make(name="CAF du Val-d'Oise", organisme="essai-a", territoires=("95",), **fields):
        made = Groupe.objects.create(
            name=name, sort_key=fold(name), organisme_id=organisme, created_at=clock.now(), **fields
        )
        made.territoires.set(territoires)
        return made

    return make


def status(client, groupe):
    return client.get(f"/groupes/{groupe.pk}/").status_code


def supervising(territoires, organismes):
    scope = Scope(
        None if territoires is None else frozenset(territoires), None if organismes is None else frozenset(organismes)
    )
    return Actor(user_id=uuid4(), name="Sophie Laurent", supervision=scope)


def test_my_groupes_are_listed_by_name_with_my_roles(visit, groupe):
    mine, other = groupe(), groupe("CPAM du Val-d'Oise")
    actor = visitors.member(instructeur=True, responsable=True, groupe_id=mine.pk)
    page = page_of(visit(actor).get("/groupes/"))
    assert_sound(page)
    text = " ".join(page.one("main").text.split())
    assert "CAF du Val-d'Oise" in text
    assert "Organisme essai-a, Territoire 95 (95)" in text
    assert "Vos rôles : instructeur, responsable" in text
    assert other.name not in text


def test_whoever_has_no_groupe_gets_a_page_that_says_so(visit):
    response = visit(visitors.WITHOUT_ROLE).get("/groupes/")
    assert response.status_code == 200
    assert "membre d’aucun groupe" in response.content.decode()


def test_a_groupe_is_shown_to_its_members_and_hidden_from_others(visit, groupe):
    mine = groupe(description="Ligne 1\nLigne 2", public_note="<b>Fermé le lundi</b>", is_national=True)
    member = visit(visitors.member(groupe_id=mine.pk)).get(f"/groupes/{mine.pk}/")
    assert member.status_code == 200
    page = page_of(member)
    assert_sound(page)
    assert "Toute la France" in page.one("main").text
    assert "<b>Fermé le lundi</b>" in page.one("main").text
    assert status(visit(visitors.AIDANTE), mine) == 404
    assert status(visit(visitors.OBSERVATEUR), mine) == 404
    assert status(visit(visitors.ADMINISTRATRICE), mine) == 200
    assert status(visit(), mine) == 303


@pytest.mark.parametrize(
    ("territoires", "organismes", "expected"),
    [
        ({"95"}, {"essai-a"}, 200),
        (None, None, 200),
        ({"95", "06"}, None, 200),
        ({"06"}, {"essai-a"}, 404),
        ({"95"}, {"essai-b"}, 404),
        (set(), None, 404),
        (None, set(), 404),
    ],
)
def test_a_superviseur_sees_groupes_whose_organisme_and_one_territoire_are_in_scope(
    visit, groupe, territoires, organismes, expected
):
    assert status(visit(supervising(territoires, organismes)), groupe(territoires=("95",))) == expected


def test_a_national_groupe_is_in_every_scope_but_an_empty_one(visit, groupe):
    national = groupe(territoires=(), is_national=True)
    assert status(visit(supervising({"06"}, None)), national) == 200
    assert status(visit(supervising(set(), None)), national) == 404


def test_an_unknown_groupe_is_the_same_404(visit):
    assert visit(visitors.ADMINISTRATRICE).get(f"/groupes/{uuid4()}/").status_code == 404


def test_my_account_says_what_is_known(visit, groupe):
    mine = groupe()
    user = User.objects.create(
        email="ines.caron@demo.example",
        first_name="Inès",
        last_name="Caron",
        function="Conseillère",
        created_at=clock.now(),
    )
    actor = visitors.member(
        instructeur=True,
        groupe_id=mine.pk,
        user_id=user.pk,
        is_administrateur=True,
        expertise=Scope(None, None),
    )
    page = page_of(visit(actor).get("/moi/"))
    assert_sound(page)
    text = " ".join(page.one("main").text.split())
    for expected in ("Inès Caron", "ines.caron@demo.example", "Conseillère", "CAF du Val-d'Oise : instructeur"):
        assert expected in text
    assert "administrateur" in text
    assert "expert" in text


def test_an_account_without_anything_still_has_its_page(visit):
    user = User.objects.create(email="nadia.roche@demo.example", created_at=clock.now())
    text = visit(Actor(user_id=user.pk)).get("/moi/").content.decode()
    assert "Non renseignée" in text
    assert "pas encore de rôle" in text


@pytest.mark.parametrize("path", ["/groupes/", "/moi/"])
def test_pages_of_oneself_ask_nobody_to_sign_in(visit, path):
    assert visit().get(path).status_code == 303


def test_queries_do_not_grow_with_groupes(visit, groupe, django_assert_num_queries):
    few = [groupe(f"Groupe {i}") for i in range(2)]
    many = [*few, *(groupe(f"Groupe {i}") for i in range(2, 40))]
    for groupes in (few, many):
        memberships = tuple(visitors.member(groupe_id=one.pk).memberships[0] for one in groupes)
        client = visit(Actor(user_id=uuid4(), memberships=memberships))
        with django_assert_num_queries(2):
            client.get("/groupes/")
