"""Changing one's address by a link mailed to both (accounts.md §3): /moi/adresse/ and /moi/adresse/<token>/."""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client

from aplus.accounts import tasks
from aplus.accounts.models import EmailChange, Session, SignInLink, User
from aplus.accounts.rules.addresses import Side
from aplus.accounts.services.addresses import token_of
from aplus.accounts.services.entering import ask_link
from aplus.accounts.services.entering import token_of as sign_in_token
from aplus.core import clock
from aplus.journal.models import JournalLine
from tests import personas
from tests.access.test_strangers import stored
from tests.demandes.one.browser import Answer, Browser, filled
from tests.demandes.one.test_canary import in_clear, tables
from tests.notifications.jobs import run_jobs
from tests.personas import World

pytestmark = pytest.mark.django_db
PAGE = "/moi/adresse/"
NEW = "alice.nouvelle@demo.example"


@pytest.fixture
def traveller() -> Iterator[time_machine.Traveller]:
    """Time stands still, and moves when a test says so."""
    with time_machine.travel(clock.now(), tick=False) as moving:
        yield moving


def ask(person: User, address: str = NEW, browser: Browser | None = None) -> Answer:
    """Type a new address, as the page is; the mails leave."""
    browser = browser or Browser(person)
    fields = filled(browser.get(PAGE).fields(PAGE), adresse=address)
    answer = Answer(browser.client.post(PAGE, fields))
    run_jobs()
    return answer


def sent_to(address: str) -> list[str]:
    """The texts mailed to this address."""
    return [str(one.body) for one in mail.outbox if one.to == [address]]


def link_in(text: str) -> str:
    """The path of the confirmation in a mail."""
    found = re.search(r"http://testserver(/moi/adresse/\S+/)", text)
    assert found, text
    return found[1]


def links(person: str = "alice.martin@demo.example", new: str = NEW) -> tuple[str, str]:
    """The two links mailed last."""
    both = ([text for text in sent_to(address) if PAGE in text] for address in (person, new))
    return tuple(link_in(texts[-1]) for texts in both)  # type: ignore[return-value]  # two of them


def confirm(path: str, browser: Browser | None = None) -> Answer:
    """Open the link and press the button."""
    browser = browser or Browser(None)
    page = browser.get(path)
    assert page.status == 200
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token
    return Answer(browser.client.post(path, {"csrfmiddlewaretoken": token[1]}))


def acts() -> list[str]:
    """The lines of the journal about addresses."""
    return list(JournalLine.objects.filter(act__startswith="adresse-").order_by("id").values_list("act", flat=True))


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_both_links_change_the_address(world: World, order: tuple[int, int]) -> None:
    alice, rachel = world.alice, world.rachel
    elsewhere = personas.sign_in(Client(), alice)
    ask_link(alice.email, suite="", browser="")
    assert ask(alice).location == PAGE
    both = links()

    assert confirm(both[order[0]]).status == 303
    assert "Il reste à confirmer depuis" in Browser(None).get(both[order[0]]).words
    assert User.objects.get(pk=alice.pk).email == alice.email
    mail.outbox.clear()
    assert confirm(both[order[1]]).status == 303
    run_jobs()

    now = User.objects.get(pk=alice.pk)
    assert (now.email, now.cgu_version, now.cgu_accepted_at) == (NEW, "", None)
    assert now.first_name == "Alice"
    assert not Session.objects.filter(user=alice).exists()
    assert not elsewhere.exists(elsewhere.session_key or "")
    assert SignInLink.objects.get().ended_at is not None
    assert sorted(one.to[0] for one in mail.outbox) == sorted([alice.email, NEW, rachel.email])
    assert {one.extra_headers["X-Aplus-Evenement"] for one in mail.outbox} == {"adresse-changee"}
    assert NEW not in sent_to(alice.email)[0]
    assert NEW not in sent_to(rachel.email)[0]
    assert "Alice Martin a changé d’adresse" in sent_to(rachel.email)[0]
    assert acts() == ["adresse-demandee", "adresse-confirmee", "adresse-confirmee", "adresse-changee"]
    # Nothing but ids and codes: no address.
    assert "@" not in str(list(JournalLine.objects.values_list("codes", flat=True)))
    for path in both:
        assert "L’adresse est changée" in Browser(None).get(path).words


def test_the_cgu_are_asked_again_at_the_next_entry(world: World) -> None:
    ask(world.alice)
    for path in links():
        confirm(path)
    assert Browser(User.objects.get(email=NEW)).get("/demandes/").location.startswith("/bienvenue/")


def test_the_links_may_be_opened_by_who_is_signed_in_or_not(world: World) -> None:
    browser = Browser(world.alice)
    ask(world.alice, browser=browser)
    old, new = links()
    confirm(old, browser)
    assert JournalLine.objects.get(act="adresse-confirmee").actor_id == world.alice.pk
    # A colleague's browser: the mailbox proves, not the session.
    confirm(new, Browser(world.chloe))
    assert User.objects.get(pk=world.alice.pk).email == NEW
    assert User.objects.get(pk=world.chloe.pk).email == world.chloe.email
    assert JournalLine.objects.filter(act="adresse-confirmee", actor_id=None).count() == 1


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete"])
def test_reading_a_link_confirms_nothing(world: World, method: str) -> None:
    ask(world.alice)
    before = EmailChange.objects.values().get()
    for path in links():
        getattr(Client(), method)(path)
    assert EmailChange.objects.values().get() == before


def test_one_link_alone_changes_nothing_however_often(world: World) -> None:
    ask(world.alice)
    _, new = links()
    confirm(new)
    for _ in range(3):
        assert Client().post(new).status_code == 303
    assert User.objects.get(pk=world.alice.pk).email == world.alice.email
    assert acts() == ["adresse-demandee", "adresse-confirmee"]


def test_an_address_that_is_an_account_s_gets_the_same_answer(world: World) -> None:
    """By content, by status, by what is written: only the owner's own mailbox knows."""
    free, taken = Browser(world.alice), Browser(world.amir)
    answers = [ask(world.alice, "libre@demo.example", free), ask(world.amir, world.chloe.email, taken)]
    assert [one.status for one in answers] == [303, 303]
    pages = [free.get(PAGE), taken.get(PAGE)]
    known = [("libre@demo.example", world.alice), (world.chloe.email, world.amir)]
    bare = []
    for page, (address, person) in zip(pages, known, strict=True):
        assert address in page.words
        bare.append(page.words.replace(address, "X").replace(person.email, "Y").replace(person.full_name, "Z"))
    assert bare[0] == bare[1]
    assert [list(one) for one in EmailChange.objects.order_by("created_at").values_list("done_at", "cancelled_at")] == [
        [None, None]
    ] * 2
    (told,) = sent_to(world.chloe.email)
    assert "/moi/adresse/" not in told
    assert "déjà celle du vôtre" in told
    assert world.amir.email not in told
    # Confirming from one's own side says no more, and the token of the other side was mailed to nobody.
    path = link_in(sent_to(world.amir.email)[0])
    confirm(path)
    assert "Il reste à confirmer depuis la nouvelle adresse" in Browser(None).get(path).words


def test_an_address_taken_meanwhile_is_refused_clearly(world: World) -> None:
    ask(world.alice)
    old, new = links()
    confirm(old)
    User.objects.filter(pk=world.chloe.pk).update(email=NEW)
    answer = confirm(new)
    assert answer.status == 409
    assert "est devenue celle d’un autre compte" in answer.words
    assert User.objects.get(pk=world.alice.pk).email == world.alice.email
    assert EmailChange.objects.get().cancelled_at is not None
    assert "adresse-changee" not in acts()
    assert Browser(None).get(new).status == 410


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Saisissez la nouvelle adresse."),
        ("pas une adresse", "n’est pas complète"),
        ("a@b", "n’est pas complète"),
        ("x" * 300 + "@demo.example", "trop longue"),
        ("ALICE.Martin@demo.example", "C’est déjà l’adresse de votre compte."),
        ("a\x00b@demo.example", "caractère invisible"),
        ("a@demo.example, b@demo.example", "n’est pas complète"),
        # Cyrillic, and the long s that a pattern without case takes for an s.
        ("alice@саисse.example", "n’est pas complète"),
        ("\u017fophie@demo.example", "n’est pas complète"),
    ],
)
def test_what_is_no_address_is_said_and_kept(world: World, typed: str, said: str) -> None:
    answer = ask(world.alice, typed)
    assert answer.status == 422
    assert said in answer.words
    assert answer.fields(PAGE)["adresse"] == [typed.replace("\x00", "")]
    assert not EmailChange.objects.exists()
    assert not mail.outbox


def test_the_case_of_an_address_never_matters(world: World) -> None:
    ask(world.alice, "Alice.NOUVELLE@Demo.Example")
    assert EmailChange.objects.get().new_email == NEW


def test_it_can_be_given_up(world: World) -> None:
    browser = Browser(world.alice)
    ask(world.alice, browser=browser)
    old, new = links()
    confirm(old)
    answer = Answer(browser.client.post(PAGE, browser.get(PAGE).fields(PAGE)))
    assert answer.location == PAGE
    assert "Votre adresse actuelle est" in browser.get(PAGE).words
    for path in (old, new):
        assert Browser(None).get(path).status == 410
        assert Client().post(path).status_code == 410
    assert User.objects.get(pk=world.alice.pk).email == world.alice.email
    assert acts() == ["adresse-demandee", "adresse-confirmee", "adresse-annulee"]
    assert browser.send("POST", PAGE, {"action": "annuler"}).status_code == 303
    assert acts()[-1] == "adresse-annulee"
    assert len(acts()) == 3


def test_asking_again_ends_the_first_one(world: World) -> None:
    ask(world.alice, "premiere@demo.example")
    first = links(new="premiere@demo.example")
    browser = Browser(world.alice)
    assert browser.send("POST", PAGE, {"adresse": NEW}).status_code == 303
    run_jobs()
    for path in first:
        assert Browser(None).get(path).status == 410
    for path in links():
        confirm(path)
    assert User.objects.get(pk=world.alice.pk).email == NEW


def test_the_same_key_twice_is_one_change(world: World) -> None:
    browser, key = Browser(world.alice), str(uuid4())
    for _ in range(2):
        assert browser.send("POST", PAGE, {"adresse": NEW, "cle": key}).status_code == 303
    run_jobs()
    assert EmailChange.objects.count() == 1
    assert len(mail.outbox) == 2


def test_a_day_later_the_links_are_over_and_a_month_later_forgotten(
    world: World, traveller: time_machine.Traveller
) -> None:
    start = clock.now()
    ask(world.alice)
    old, new = links()
    traveller.move_to(start + timedelta(hours=23, minutes=59))
    confirm(old)
    traveller.move_to(start + timedelta(hours=24))
    page = Browser(None).get(new)
    assert (page.status, "a expiré" in page.words) == (410, True)
    assert Client().post(new).status_code == 410
    assert User.objects.get(pk=world.alice.pk).email == world.alice.email
    # Another one can be asked for.
    assert ask(world.alice, "autre@demo.example").status == 303
    traveller.move_to(start + timedelta(days=30) - timedelta(seconds=1))
    tasks.purge(0)
    assert EmailChange.objects.count() == 2
    traveller.move_to(start + timedelta(days=30))
    tasks.purge(0)
    assert EmailChange.objects.get().new_email == "autre@demo.example"
    assert Client().get(new).status_code == 404


def test_at_most_five_a_quarter_of_an_hour(world: World) -> None:
    browser = Browser(world.alice)
    for number in range(5):
        assert browser.send("POST", PAGE, {"adresse": f"essai{number}@demo.example"}).status_code == 303
    refused = browser.send("POST", PAGE, {"adresse": NEW})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert EmailChange.objects.filter(new_email=NEW).count() == 0


def test_nobody_s_mailbox_is_filled_by_several_accounts(world: World) -> None:
    people = (world.alice, world.amir, world.chloe, world.ines, world.igor, world.paul)
    found = [Browser(person).send("POST", PAGE, {"adresse": NEW}).status_code for person in people]
    assert found == [303] * 5 + [429]


def test_tokens_of_other_purposes_and_forged_ones_open_nothing(world: World) -> None:
    ask_link(world.alice.email, suite="", browser="")
    ask(world.alice)
    change, link = EmailChange.objects.get(), SignInLink.objects.get()
    before = stored()
    forged = [
        sign_in_token(link),
        str(change.pk),
        bytes(change.old_token_hash).hex(),
        token_of(change, Side.OLD)[:-1],
        token_of(change, Side.OLD) + "A",
        token_of(EmailChange(pk=uuid4(), nonce=change.nonce), Side.NEW),
        "é" * 50,
        "a" * 3000,
    ]
    for token in forged:
        for method in ("get", "post"):
            answer = getattr(Browser(world.chloe)._bare, method)(f"{PAGE}{token}/")
            assert answer.status_code == 404, token
    for side in Side:
        assert Client().post(f"/connexion/lien/{token_of(change, side)}/").status_code == 404
    after = {table: digest for table, digest in stored().items() if table != "public.accounts_attempt"}
    assert after == {table: digest for table, digest in before.items() if table != "public.accounts_attempt"}


def test_a_deactivated_account_changes_no_more(world: World) -> None:
    ask(world.alice)
    old, new = links()
    confirm(old)
    User.objects.filter(pk=world.alice.pk).update(is_active=False)
    assert Browser(None).get(new).status == 410
    assert Client().post(new).status_code == 410
    assert User.objects.get(pk=world.alice.pk).email == world.alice.email


def test_mails_that_wait_say_nothing_of_what_is_over(world: World) -> None:
    browser = Browser(world.alice)
    browser.send("POST", PAGE, {"adresse": NEW})
    browser.send("POST", PAGE, {"action": "annuler"})
    run_jobs()
    assert mail.outbox == []


def test_no_address_is_kept_out_of_its_row(world: World) -> None:
    """Thirty days, and it is gone: neither the notification, nor the queue, nor the journal holds it."""
    ask(world.alice)
    for path in links():
        confirm(path)
    run_jobs()
    User.objects.filter(pk=world.alice.pk).update(email="ailleurs@demo.example")
    EmailChange.objects.all().delete()
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f"SELECT * FROM {table}")
            text = " ".join(in_clear(value) for row in cursor.fetchall() for value in row)
            assert "alice.martin@" not in text, table
            assert NEW not in text, table
