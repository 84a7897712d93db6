"""Load, decide, then act: who gets the view, the sign-in page, 404 or 403."""

from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory

from aplus.access.gate import Rule, rule_of
from aplus.policy.actor import NOBODY, Actor
from tests.access import site

SOMEBODY = Actor(user_id=uuid4())
ADMINISTRATRICE = Actor(user_id=uuid4(), is_administrateur=True)

pytestmark = pytest.mark.urls("tests.access.site")


def ask(view, actor, method="GET", path="/rubrique/3/?onglet=b", **arguments):
    request = RequestFactory().generic(method, path)
    request.actor = actor
    request._dont_enforce_csrf_checks = True  # as the test client says: test_csrf.py looks at the token
    return view(request, **arguments)


def test_who_is_allowed_gets_the_view_with_its_arguments():
    assert ask(site.section, SOMEBODY, page=3).content == b"section 3"


def test_who_is_not_signed_in_is_led_to_sign_in_and_back():
    for method in ("GET", "POST"):
        response = ask(site.section, NOBODY, method, page=3)
        assert response.status_code == 303
        assert response["Location"] == "/connexion/?suite=%2Frubrique%2F3%2F%3Fonglet%3Db"
    # The same for what does not exist: the sign-in page tells nothing.
    assert ask(site.thing, NOBODY, thing_id=uuid4()).status_code == 303


def test_a_section_one_has_no_role_for_is_forbidden():
    with pytest.raises(PermissionDenied):
        ask(site.section, ADMINISTRATRICE, page=3)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE"])
def test_what_is_out_of_sight_does_not_exist_whatever_the_method(method):
    with pytest.raises(Http404):
        ask(site.thing, SOMEBODY, method, thing_id=uuid4())


def test_what_is_seen_but_not_allowed_is_forbidden():
    with pytest.raises(PermissionDenied):
        ask(site.thing, SOMEBODY, "POST", thing_id=site.FORBIDDEN)


def test_the_view_receives_the_object_never_an_id():
    assert ask(site.thing, SOMEBODY, "POST", thing_id=site.SEEN).content == f"POST {UUID(int=1)}".encode()


@pytest.mark.parametrize("actor", [NOBODY, SOMEBODY])
def test_a_public_view_is_for_everyone(actor):
    assert ask(site.everyone, actor, word="bonjour").content == b"bonjour"


def test_each_view_tells_its_rule():
    assert rule_of(site.section) == Rule("may_enter", "", "")
    assert rule_of(site.thing) == Rule("may_see", "tests.access.site.load", "")
    assert rule_of(site.everyone) == Rule("", "", "the tests ask for it")
    assert rule_of(site.forgotten) is None


def test_a_guarded_view_keeps_its_name():
    assert (site.section.__name__, site.section.__doc__) == ("section", "A section.")
