"""Who enters the section of pilotage."""

import pytest

from tests.ui import visitors
from tests.ui.markup import assert_sound, page_of


@pytest.mark.parametrize("who", [visitors.SUPERVISEURE, visitors.OBSERVATEUR, visitors.ADMINISTRATRICE])
def test_pilotage_is_for_its_roles(visit, who):
    response = visit(who).get("/pilotage/")
    assert response.status_code == 200
    assert_sound(page_of(response))


@pytest.mark.parametrize("who", [visitors.AIDANTE, visitors.INSTRUCTRICE, visitors.WITHOUT_ROLE])
@pytest.mark.parametrize("method", ["get", "post"])
def test_pilotage_is_refused_to_the_others_whatever_the_method(visit, who, method):
    assert getattr(visit(who), method)("/pilotage/").status_code == 403


def test_pilotage_asks_nobody_to_sign_in(visit):
    assert visit().get("/pilotage/").headers["Location"] == "/connexion/?suite=%2Fpilotage%2F"
