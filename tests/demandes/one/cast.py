"""One demande with somebody in each capacity, and one table of who is who."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.db import connection, transaction

from aplus.accounts.models import Membership, User
from aplus.accounts.queries.actors import actor_for
from aplus.core import clock
from aplus.demandes.models import Demande, Message, Part, Transition
from aplus.demandes.services import inviting
from aplus.journal.models import JournalLine
from tests.demandes import sent
from tests.demandes.one.browser import Answer, Browser, filled
from tests.personas import World

AUTHORS = ("alice", "amir")
CAF = ("ines", "igor", "remi")
INSTRUCTEURS = (*CAF, "paul")
BY_NAME = ("agent_ddfip", "elise")
OTHER_SIDE = (*INSTRUCTEURS, *BY_NAME)
ON_IT = (*AUTHORS, *OTHER_SIDE)
# A colleague of the author who is not on it, another structure, another groupe, and who only manages.
STRANGERS = ("rachel", "chloe", "agent_msa", "sophie", "oscar", "nora")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
GARBAGE: dict[str, Any] = {
    "cle": "\x00",
    "acte": "boo",
    "reserve": "1",
    "aussi": ["x" * 500],
    "part": "é" * 300,
    "groupes": ["not-an-id"],
    "personne": "'; drop table part",
    "message": "💥",
}
# What an act may write; reading marks and the journal are looked at on their own.
WRITTEN = (
    *("demande", "part", "participant", "message", "transition", "following", "attachment", "mandat"),
    *("notifications_notification", "procrastinate_jobs", "access_formkey"),
)


@dataclass
class Cast:
    """The demande sent by Alice with Amir to the CAF and the CPAM; the DDFIP's agent and Élise invited by name."""

    world: World
    demande: Demande

    def user(self, who: str) -> User:
        """The account behind a key."""
        return self.world.user(who)

    def browser(self, who: str) -> Browser:
        """A fresh browser of this person."""
        return Browser(self.user(who))

    def submit(self, who: str, act: str, **fields: Any) -> Answer:
        """This person fills in and sends one form of the page."""
        return self.browser(who).submit(self.demande, act, **fields)

    def read(self, who: str) -> Answer:
        """This person reads the page."""
        return self.browser(who).read(self.demande)

    def part(self, groupe: str) -> Part:
        """A part as stored now."""
        return sent.part(self.demande, getattr(self.world, groupe))

    @property
    def state(self) -> str:
        """The state as stored now."""
        return sent.state(self.demande)

    def events(self) -> list[str]:
        """The history, oldest first."""
        return list(Transition.objects.filter(demande=self.demande).order_by("id").values_list("event", flat=True))

    def said(self) -> int:
        """How many messages there are."""
        return Message.objects.filter(demande=self.demande).count()

    def lines(self, act: str) -> int:
        """How many lines of the journal say this act of this demande."""
        return JournalLine.objects.filter(act=act, demande_id=self.demande.id).count()


def gather(world: World, **options: Any) -> Cast:
    """Send the demande and bring everybody; Igor also holds *instructeur* at the DDFIP, which is not addressed."""
    demande = sent.send(
        world.alice, world.fs_argenteuil, [world.caf95, world.cpam95], colleagues=[world.amir], **options
    )
    Membership.objects.create(
        user=world.igor,
        groupe=world.ddfip95,
        is_instructeur=True,
        instructeur_since=clock.now(),
        created_at=clock.now(),
    )
    by_name = inviting.Invitation(person_ids=[world.agent_ddfip.id])
    inviting.invite(actor_for(world.igor.id), demande.id, by_name, key=uuid4())
    inviting.invite(
        actor_for(world.alice.id), demande.id, inviting.Invitation(expert_ids=[world.elise.id]), key=uuid4()
    )
    return Cast(world, demande)


def written() -> dict[str, str]:
    """A fingerprint of every table an act may write."""
    with connection.cursor() as cursor:
        found = {}
        for table in WRITTEN:
            cursor.execute(f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t")
            found[table] = cursor.fetchone()[0]
    return found


def refusals() -> int:
    """How many refusals the journal holds."""
    return JournalLine.objects.filter(act="refus").count()


def assert_refused(status: int, cast: Cast, who: str, act: str, data: dict[str, Any], method: str = "POST") -> None:
    """This answer, nothing written, one line of the journal, no word of the demande."""
    before, lines = written(), refusals()
    response = cast.browser(who).send(method, sent.address(cast.demande, f"{act}/"), data)
    assert response.status_code == status, f"{who} {method} {act}: {response.status_code}"
    assert written() == before, f"{who} {method} {act}"
    assert refusals() == lines + 1, f"{who} {method} {act}"
    assert "Quartefeuille" not in response.content.decode()


def assert_all_refused(status: int, cast: Cast, who: str, act: str, sent_data: Iterable[tuple[str, Any]]) -> None:
    """Each of these requests of one person is refused; together they write as many lines of the journal, no more."""
    browser, before, lines, tries = cast.browser(who), written(), refusals(), 0
    for method, data in sent_data:
        response = browser.send(method, sent.address(cast.demande, f"{act}/"), data)
        assert response.status_code == status, f"{who} {method} {act}: {response.status_code}"
        assert "Quartefeuille" not in response.content.decode()
        tries += 1
    assert written() == before, f"{who} {act}"
    assert refusals() == lines + tries, f"{who} {act}"


def assert_rights(
    cast: Cast, act: str, data: dict[str, Any], allowed: Iterable[str], *, gone: tuple[str, ...] = ()
) -> None:
    """The one table: strangers do not see it whatever they send, who is on it may or may not, the allowed act.

    `gone`: who was on it and is not any more.
    """
    allowed = tuple(allowed)
    attempts: list[tuple[str, Any]] = [("POST", data), ("POST", GARBAGE), *((method, {}) for method in METHODS)]
    for who in (*STRANGERS, *gone):
        assert_all_refused(404, cast, who, act, attempts)
    for who in sorted(set(ON_IT) - set(allowed) - set(gone)):
        # Everybody on the demande may write a message: what is refused there is the field, not the address.
        assert_all_refused(403, cast, who, act, attempts[:2] if act == "messages" else attempts)
    response = Browser(None).send("POST", sent.address(cast.demande, f"{act}/"), data)
    assert response.status_code == 303
    assert response["Location"].startswith("/connexion/?suite=")
    for who in allowed:
        browser = cast.browser(who)
        with transaction.atomic():
            response = browser.send("POST", sent.address(cast.demande, f"{act}/"), {**data, "cle": uuid4()})
            assert response.status_code == 303, f"{who} {act}: {response.status_code}"
            transaction.set_rollback(True)
        assert browser.send("PUT", sent.address(cast.demande, f"{act}/"), data).status_code == 405


def assert_once(cast: Cast, who: str, act: str, **fields: Any) -> None:
    """The same form sent twice is one act, and leads twice to the same page."""
    browser = cast.browser(who)
    form = filled(browser.form(cast.demande, act), **fields)
    first = browser.post(cast.demande, act, form)
    assert first.status == 303, first.errors()
    after = written()
    second = browser.post(cast.demande, act, form)
    assert (second.status, second.location) == (303, first.location)
    assert written() == after
