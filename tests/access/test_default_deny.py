"""A view without a rule: found when the product starts, refused when it is asked for all the same."""

import logging

import pytest
from django.core import checks
from django.test import Client

from aplus.access.checks import check_rules, routes, view_name
from aplus.access.third_party import ALLOWED
from aplus.journal.models import JournalLine
from tests.access import site

FORGOTTEN = "/oubli/"
THEIRS = {"tests.access.site.theirs": "a package of the tests"}


@pytest.fixture
def planted(settings, monkeypatch):
    """The addresses of the tests of the gate, among them two without a rule; one is allowed by name."""
    settings.ROOT_URLCONF = "tests.access.site"
    for name, reason in THEIRS.items():
        monkeypatch.setitem(ALLOWED, name, reason)


def test_the_product_has_no_view_without_a_rule():
    """Put @access or @public on the view; a third party's is named in aplus/access/third_party.py with its reason."""
    assert check_rules(None) == []


def test_the_check_runs_when_the_product_starts():
    assert check_rules in checks.registry.registry.get_checks()


def test_the_check_finds_a_planted_view(planted):
    found = check_rules(None)
    assert [(error.id, error.msg) for error in found] == [("access.E001", "/oubli/ declares no rule")]
    assert found[0].level == checks.ERROR


def test_routes_are_listed_with_their_whole_path_and_name(planted):
    listed = {route.path: route.name for route in routes()}
    assert listed["/rubrique/<int:page>/"] == "demandes:section"
    assert listed["/chose/<uuid:thing_id>/"] == "thing"


@pytest.mark.django_db
def test_a_planted_view_does_not_answer(planted, caplog):
    client = Client(raise_request_exception=False)
    with caplog.at_level(logging.ERROR, logger="aplus.access"):
        response = client.get(FORGOTTEN)
    assert response.status_code == 403
    assert [(record.message, record.view) for record in caplog.records if record.name.startswith("aplus.access")] == [
        ("view without a rule", view_name(site.forgotten))
    ]


@pytest.mark.django_db
def test_a_third_party_view_answers_by_its_name(planted):
    assert Client().get("/tiers/").content == b"theirs"


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "status"), [("/pilotage/", 403), ("/absente/", 404)])
def test_a_refusal_to_a_signed_in_person_is_one_line_of_the_journal(world, signed_in, path, status):
    client = signed_in(world.alice)
    written = JournalLine.objects.filter(act="refus")
    assert client.get(path).status_code == status
    line = written.get()
    assert (line.actor_id, line.codes["status"]) == (world.alice.pk, status)
    assert client.get("/demandes/").status_code == 200
    assert written.count() == 1


@pytest.mark.django_db
def test_a_refusal_to_nobody_is_no_line(world):
    assert Client().get("/absente/").status_code == 404
    assert not JournalLine.objects.exists()
