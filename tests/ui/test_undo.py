"""Taking an act back: offered once beside its message, with a key of its own, and never a text in the cookie."""

import json
from uuid import UUID

from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template import Context, Template

from aplus.ui.undo import Undo, undo_of
from tests.ui.markup import Page

BACK = {"url": "/demandes/choix/", "label": "Annuler", "fields": {"choix": "garder", "tri": "<activite>"}}


def message(extra):
    return Message(constants.SUCCESS, "C’est fait.", extra_tags=extra)


def test_an_ordinary_message_offers_nothing():
    assert undo_of(message("")) is None
    page = Page(Template('{% include "ui/messages.html" %}').render(Context({"messages": [message("")]})))
    assert (page.all("form"), page.one("p").text) == ([], "C’est fait.")


def test_a_message_offers_what_gives_back_what_there_was():
    page = Page(Template('{% include "ui/messages.html" %}').render(Context({"messages": [message(json.dumps(BACK))]})))
    form = page.one("form")
    assert (form["method"], form["action"]) == ("post", "/demandes/choix/")
    sent = {one["name"]: one["value"] for one in page.all("input")}
    assert UUID(sent.pop("cle"))
    assert sent == BACK["fields"]
    assert page.one("button").text == "Annuler"


def test_each_showing_has_a_key_of_its_own():
    one, other = (undo_of(message(json.dumps(BACK))) for _ in range(2))
    assert isinstance(one, Undo)
    assert one.fields["cle"] != other.fields["cle"]
