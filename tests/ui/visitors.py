"""Visitors of the small site: nobody, or any actor, without sessions or accounts."""

from uuid import uuid4

import pytest
from django.test import Client

from aplus.policy.actor import NOBODY, Actor, HeldMembership, Scope


class GivenActorMiddleware:
    """The actor is the one that the test's client brings."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.actor = request.META.get("aplus.actor", NOBODY)
        return self.get_response(request)


def member(*, aidant=False, instructeur=False, responsable=False, groupe_id=None, **more):
    """Somebody signed in, in one groupe."""
    held = HeldMembership(groupe_id or uuid4(), "caf", aidant, instructeur, responsable, None)
    return Actor(**{"user_id": uuid4(), "name": "Alice Martin", "memberships": (held,), **more})


AIDANTE = member(aidant=True)
INSTRUCTRICE = member(instructeur=True)
SUPERVISEURE = Actor(user_id=uuid4(), name="Sophie Laurent", supervision=Scope(frozenset({"95"}), None))
OBSERVATEUR = Actor(user_id=uuid4(), name="Oscar Roux", observation=Scope(None, frozenset({"caf"})))
ADMINISTRATRICE = Actor(user_id=uuid4(), name="Nora Petit", is_administrateur=True)
WITHOUT_ROLE = Actor(user_id=uuid4(), name="")


@pytest.fixture
def visit(settings):
    """visit(actor) gives a client of the small site."""
    theirs = ("aplus.accounts.", "aplus.access.")
    settings.MIDDLEWARE = [
        name if not name.startswith(theirs) else f"{__name__}.GivenActorMiddleware"
        for name in settings.MIDDLEWARE
        if not name.startswith(theirs) or name.endswith("ActorMiddleware")
    ]
    settings.ROOT_URLCONF = "tests.ui.site"
    settings.WHITENOISE_USE_FINDERS = False
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)

    def client(actor=NOBODY, **options):
        return Client(raise_request_exception=False, **options, **{"aplus.actor": actor})

    return client
