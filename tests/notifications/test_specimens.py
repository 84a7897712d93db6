"""Every mail of the product, read as its recipients' programs do: headers, both parts, what can never be in them.

In a browser, with axe: tests/browser/test_mails.py.
"""

import re
from collections import defaultdict

import pytest
from django.conf import settings

from aplus.notifications import registry
from tests.demandes import sent
from tests.demandes.one.test_canary import CANARIES
from tests.notifications.specimens import letters_of
from tests.ui.markup import Page

BASE = "http://testserver/"
# In a page of their own, not in a mail.
BARRED = {"img", "script", "link", "iframe", "form", "input", "table", "video", "object", "svg"}
TELLS_NOTHING = {"ici", "cliquez ici", "lien", "lire", "voir", "en savoir plus"}
TIGHT = re.compile(r" [:;?!»]|« ")
FOR_TESTS = {"essai"}


@pytest.fixture
def letters(db, time_machine):
    """One of every mail."""
    return letters_of(time_machine)


def words(text):
    return " ".join(text.replace("\u00a0", " ").split())


def text_said(letter):
    """What the text part says, without its links."""
    text = letter.text.replace("-- \n", "")
    lines = [line.removesuffix("\u00a0:") for line in text.splitlines() if not line.startswith(BASE)]
    return words(" ".join(lines))


def html_said(letter):
    """What the HTML shows, the name above it apart."""
    body = Page(letter.html.replace("<br>", " ")).one("body").text
    return words(body).removeprefix("Administration+ ")


def links(page):
    return [(words(one.text), one["href"]) for one in page.all("a") if one["href"].startswith("http")]


def test_every_event_has_a_specimen(letters):
    known = set(registry._composers) - FOR_TESTS
    assert known - {one.event for one in letters} == set()


def test_headers(letters):
    ids, threads = set(), defaultdict(set)
    for one in letters:
        head = one.message
        assert head["Auto-Submitted"] == "auto-generated", one.name
        assert head["From"] == settings.DEFAULT_FROM_EMAIL, one.name
        assert settings.SUPPORT_EMAIL in head["From"]
        assert head["Reply-To"] is None, one.name
        # Nothing to unsubscribe from in one click: choices are made signed in, by demande, groupe and person.
        assert head["List-Unsubscribe"] is None, one.name
        assert re.fullmatch(r"\S+@\S+", head["To"]), one.name
        assert head["Cc"] is head["Bcc"] is None
        assert head["Subject"].startswith("[A+] "), one.name
        assert len(head["Subject"]) <= 110, head["Subject"]
        assert one.raw.partition(b"\nSubject:")[2].splitlines()[0].strip(), one.name
        assert len(max(one.raw.splitlines(), key=len)) <= 998, one.name
        ids.add(head["Message-ID"])
        assert head["In-Reply-To"] == head["References"], one.name
        if head["References"]:
            threads[head["X-Aplus-Demande"]].add(head["References"])
    assert len(ids) == len(letters)
    assert len(threads) >= 2
    assert all(len(of_one) == 1 for of_one in threads.values())


def test_both_parts_say_the_same_and_lead_to_the_same_pages(letters):
    for one in letters:
        page = Page(one.html)
        assert html_said(one) == text_said(one), one.name
        addresses = [line for line in one.text.splitlines() if "://" in line]
        assert [address for _, address in links(page)] == addresses, one.name
        assert all(address.startswith(BASE) for address in addresses), one.name


def test_the_html_is_sound_and_needs_nothing_from_elsewhere(letters):
    for one in letters:
        page = Page(one.html)
        assert one.html.startswith("<!DOCTYPE html>")
        assert page.one("html")["lang"] == "fr"
        assert words(page.one("title").text) == words(page.one("h1").text) == words(one.text.splitlines()[0]), one.name
        assert len(page.one("h1").text) <= 110, one.name
        assert page.one("main")
        assert page.one("footer")
        assert not [each.name for each in page.elements if each.name in BARRED], one.name
        assert not re.search(r"url\(|@import|src=|style=| on[a-z]+=", one.html), one.name
        labels = [label for label, _ in links(page)]
        assert not {label.casefold() for label in labels} & TELLS_NOTHING, one.name
        assert all(len(label) > 8 for label in labels), one.name
        leads = defaultdict(set)
        for label, address in links(page):
            leads[label].add(address)
        assert one.event == "recapitulatif" or all(len(places) == 1 for places in leads.values()), one.name


def test_french_spaces_do_not_break_and_mails_are_short(letters):
    for one in letters:
        for part in (one.message["Subject"], one.text.replace(BASE, "")):
            found = TIGHT.search(part)
            assert found is None, (one.name, part[found.start() - 20 :][:40])
        assert len(one.text) <= 2000, one.name
        assert not re.search(r"None|\bTrue\b|\{|\}|  ", one.text), one.name


def test_nothing_of_the_usager_nor_of_what_was_said(letters):
    """In no header and no part, decoded or as it travels."""
    about = [one for one in letters if one.message["X-Aplus-Demande"]]
    assert len(about) > 100
    for one in letters:
        decoded = [str(value) for value in one.message.values()]
        decoded += [part.get_payload(decode=True).decode() for part in one.message.walk() if not part.is_multipart()]
        said = "\n".join([*decoded, one.raw.decode("latin-1")])
        for canary in (*CANARIES, sent.SUBJECT, sent.DESCRIPTION):
            assert canary not in said, (one.name, canary)


def test_people_are_named_for_what_they_did_only(letters):
    """Of an act: who did it; to a groupe's mailbox, who can open the demande."""
    of_caf = {"Inès Caron", "Igor Lefèvre", "Rémi Garnier"}
    everybody = of_caf | {"Alice Martin", "Amir Benali", "Rachel Moreau", "Paul Nguyen", "Chloé Dubois", "Nadia Roche"}
    everybody |= {"Élise Faure", "Mathieu Colin", "Delphine Adam", "Sophie Laurent", "Nora Petit", "Oscar Roux"}
    of_acts = [one for one in letters if one.by]
    assert len(of_acts) > 90
    for one in of_acts:
        allowed = {one.by} | (of_caf if one.message["To"] == "caf95@demo.example" else set())
        named = {name for name in everybody if name in one.text or name in str(one.message["Subject"])}
        assert named <= allowed, one.name
