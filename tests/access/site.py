"""Addresses for the tests of the gate: one view for each kind of rule, and one without any."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import include, path

from aplus.access.gate import access, public

SEEN = UUID(int=1)
FORBIDDEN = UUID(int=2)


def may_enter(actor):
    """Signed in, and not an administrateur."""
    return not actor.is_administrateur


def may_see(actor, thing):
    """Every thing but one."""
    return thing != FORBIDDEN


def load(actor, thing_id):
    """The two things this actor may see."""
    return thing_id if thing_id in {SEEN, FORBIDDEN} else None


@access(may_enter)
def section(_request, page=0):
    """A section."""
    return HttpResponse(f"section {page}")


@access(may_see, on=load)
def thing(request, found):
    """One thing."""
    return HttpResponse(f"{request.method} {found}")


@public(reason="the tests ask for it")
def everyone(_request, word="rien"):
    """For everyone."""
    return HttpResponse(word)


def forgotten(_request):
    """A view whose author forgot the rule."""
    raise AssertionError("it answered")


def theirs(_request):
    """A view of somebody else's package."""
    return HttpResponse("theirs")


inside = [path("rubrique/<int:page>/", section, name="section")]
urlpatterns = [
    path("", include((inside, "demandes"))),
    path("chose/<uuid:thing_id>/", thing, name="thing"),
    path("tous/<slug:word>/", everyone, name="everyone"),
    path("connexion/", everyone, name="sign_in"),
    path("oubli/", forgotten, name="forgotten"),
    path("tiers/", theirs, name="theirs"),
    path("", include(([path("connexion/", everyone, name="sign_in")], "accounts"))),
]
handler403 = "aplus.ui.views.forbidden"
handler404 = "aplus.ui.views.not_found"
