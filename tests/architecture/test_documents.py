"""Generated documents cannot drift from the code."""

import pytest
from django.core.management import call_command
from django.http import HttpResponse

from aplus.access.checks import Route
from aplus.access.management.commands.document_access import _rule
from aplus.access.third_party import ALLOWED


@pytest.mark.parametrize("command", ["document_access", "document_lifecycle"])
def test_the_document_is_that_of_the_code(command):
    """Run manage.py with this command, read the difference, commit it."""
    call_command(command, check=True)


def theirs(_request):
    """A view of somebody else's package."""
    return HttpResponse()


def test_a_third_party_view_is_shown_with_its_reason(monkeypatch):
    route = Route("/tiers/", "theirs", theirs)
    assert _rule(route) == ["`/tiers/`", "`theirs`", "third party: NO RULE", ""]
    monkeypatch.setitem(ALLOWED, f"{theirs.__module__}.theirs", "it signs its answers")
    assert _rule(route) == ["`/tiers/`", "`theirs`", "third party: it signs its answers", ""]
