"""Deactivating an account and opening it again from the page of a person."""

from django.http import HttpResponse
from django.urls import reverse

from aplus.access.gate import ActorRequest, access
from aplus.accounts.queries import persons
from aplus.accounts.queries.persons import Person
from aplus.accounts.step_up import fresh_factor
from aplus.gestion.views import closing
from aplus.gestion.views.answers import answering
from aplus.gestion.views.closing import Trail
from aplus.policy import decisions


@access(decisions.may_deactivate, on=persons.seen_person)
@fresh_factor
@answering
def deactivate(request: ActorRequest, person: Person) -> HttpResponse:
    """Close the account, once its consequences over all groupes are read."""
    return closing.close_page(request, person, _trail(person))


@access(decisions.may_deactivate, on=persons.seen_person)
@fresh_factor
@answering
def reactivate(request: ActorRequest, person: Person) -> HttpResponse:
    """Open it again."""
    return closing.open_page(request, person, _trail(person))


def _trail(person: Person) -> Trail:
    """From the page of the person, and back to it."""
    url = reverse("pilotage:person", args=[person.user_id])
    return Trail(person.user.full_name, url, "Personnes", reverse("pilotage:people"))
