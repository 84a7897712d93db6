"""Reading and sending the forms of the pages of groupes, as a person does."""

from typing import Any

from aplus.demandes.models import Demande
from tests.demandes.one.browser import Answer, Browser, Fields, filled


def list_of(groupe: Any) -> str:
    """Where the metadata of a groupe's demandes are."""
    return f"/groupes/{groupe.id}/demandes/"


def handing_of(groupe: Any, demande: Demande, act: str) -> str:
    """Where `passation` or `attribution` is posted."""
    return f"{list_of(groupe)}{demande.id}/{act}/"


def form(person: Any, page: str, action: str, **changed: Any) -> Fields:
    """The form of a page that posts to `action`, filled in."""
    return filled(Browser(person).get(page).fields(action), **changed)


def submit(person: Any, page: str, action: str, **changed: Any) -> Answer:
    """This person reads the page, fills in one form and sends it."""
    browser = Browser(person)
    fields = filled(browser.get(page).fields(action), **changed)
    return Answer(browser.client.post(action, fields))


def post(person: Any, action: str, fields: Any) -> Answer:
    """This person sends these fields, whatever the page offered."""
    return Answer(Browser(person).send("POST", action, fields))
