"""Notes between instructeurs: the author's side reads the same bytes whether there are some or not."""

import re

import pytest
from django.db import transaction

from aplus.core.clock import now
from aplus.demandes.models import Demande
from aplus.notifications.models import Notification
from tests.demandes import sent
from tests.demandes.one.browser import filled, text_file
from tests.demandes.one.cast import OTHER_SIDE, assert_rights, gather
from tests.once import once

SECRET = "Le dossier cache une fraude supposée."
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]*')


def test_who_may(cast):
    assert_rights(cast, "messages", {"message": SECRET, "reserve": "1"}, OTHER_SIDE)


@pytest.mark.parametrize("who", OTHER_SIDE)
def test_read_by_the_instructeurs_side_only(cast, who):
    answer = cast.submit(who, "messages", message=SECRET, reserve="1", info_nom=["Réserve"], info_valeur=["B-12"])
    assert answer.status == 303
    for reader in OTHER_SIDE:
        words = cast.read(reader).words
        assert SECRET in words
        assert "B-12" in words
        assert "Note entre instructeurs" in words
    for reader in ("alice", "amir"):
        text = cast.read(reader).text
        for canary in (SECRET, "fraude", "B-12", "Note entre", "reserve"):
            assert canary not in text
    assert cast.lines("note") == 1


def test_a_note_moves_nothing(cast):
    before = [(part.state, part.due_at, part.followed_by_id) for part in (cast.part("caf95"), cast.part("cpam95"))]
    cast.browser("ines").send("POST", sent.address(cast.demande, "messages/"), {"message": SECRET, "reserve": "1"})
    after = [(part.state, part.due_at, part.followed_by_id) for part in (cast.part("caf95"), cast.part("cpam95"))]
    assert after == before
    assert cast.state == "SENT"


@pytest.mark.parametrize("act", ["prise-en-charge", "precisions", "traitement", "incompetence"])
def test_a_note_does_nothing_else(cast, act):
    answer = cast.submit("ines", "messages", message=SECRET, reserve="1", acte=act)
    assert answer.status == 422
    assert answer.summary()[0][0] == "#reponse_reserve"
    kept = answer.fields(sent.address(cast.demande, "messages/"))
    assert (kept["message"], kept["reserve"], kept["acte"]) == ([SECRET], ["1"], [act])
    assert cast.said() == 0


def test_an_empty_note_is_refused(cast):
    assert cast.submit("ines", "messages", reserve="1").status == 422


class TestTwins:
    """Two demandes with the same life, one of them with notes, their files and informations."""

    @pytest.fixture
    def twins(self, world, clock):
        """Step by step together; the second gets a note after each step."""

        def live():
            plain = gather(world)
            world.igor.memberships.filter(groupe=world.ddfip95).delete()
            noted = gather(world)
            self.live_together(plain, noted, clock)
            return plain, noted, now()

        plain, noted, end = once("twins", live, after=world.alice.id)
        clock.move_to(end, tick=False)
        return plain, noted

    def live_together(self, plain, noted, clock):
        steps = [
            ("ines", {"acte": "precisions", "message": "Quelle date ?"}),
            ("alice", {"message": "Le 3 mars."}),
            ("paul", {"acte": "prise-en-charge", "promis_le": "2026-05-12"}),
            ("ines", {"acte": "traitement"}),
        ]
        for who, fields in steps:
            for one in (plain, noted):
                assert one.submit(who, "messages", **fields).status == 303
            clock.shift(60)
            for writer in ("igor", "elise"):
                browser, fellow = noted.browser(writer), plain.browser(writer)
                fellow.read(plain.demande)
                form = browser.form(noted.demande, "messages")
                form = filled(form, message=SECRET, reserve="1", fichiers=[text_file("note.txt")])
                assert (
                    browser.post(noted.demande, "messages", filled(form, info_nom=["R"], info_valeur=["B"])).status
                    == 303
                )
            clock.shift(60)
        for one, more in ((plain, {}), (noted, {"message": SECRET, "reserve": "1"})):
            groupe = str(one.world.msa95.id)
            assert one.submit("paul", "invitations", groupes=[groupe], motif="Leur avis.", **more).status == 303
        clock.shift(60)

    def normalised(self, text, demande):
        """Ids, numbers (its own, and the twin's among the other demandes of this person), keys and tokens put aside."""
        for one in (demande, *Demande.objects.exclude(pk=demande.pk)):
            for number in (str(one.number), f"{one.number:,}".replace(",", " ")):
                text = text.replace(number, "NUMBER")
        names: dict[str, str] = {}
        text = UUID.sub(lambda found: names.setdefault(found[0], f"id{len(names)}"), text)
        return TOKEN.sub(r"\1", text)

    @pytest.mark.parametrize("who", ["alice", "amir"])
    @pytest.mark.parametrize("path", ["", "journal/", "suite/", "impression/"])
    def test_the_same_bytes(self, twins, who, path):
        pages = []
        for one in twins:
            browser = one.browser(who)
            # What the first reading marks is not to change the second: the bell counts the events of both.
            with transaction.atomic():
                answer = browser.read(one.demande, path)
                transaction.set_rollback(True)
            assert answer.status == 200
            pages.append(self.normalised(answer.text, one.demande))
        assert pages[0] == pages[1]
        assert "fraude" not in pages[1]

    def test_the_same_row_of_the_list(self, twins, world):
        plain, noted = twins
        answer = plain.browser("alice").get("/demandes/")
        rows = [
            one for one in answer.page.elements if one.name in {"tr", "li", "article"} and "Quartefeuille" in one.text
        ]
        texts = sorted(
            {self.normalised(self.normalised(" ".join(one.text.split()), plain.demande), noted.demande) for one in rows}
        )
        assert len(texts) == 1
        for who in ("alice", "amir"):
            demandes = [one.demande for one in twins]
            for demande in demandes:
                demande.refresh_from_db()
            first, second = demandes
            columns = (
                "author_activity_at",
                "author_activity_by_id",
                "author_word_at",
                "author_word_by_id",
                "author_version",
            )
            for column in (*columns, "author_turn_since"):
                assert getattr(first, column) == getattr(second, column), column
            rows = [
                one.demande.participants.values("rank", "sort_at", "due_at", "activity_at").get(user=world.user(who))
                for one in twins
            ]
            assert rows[0] == rows[1]

    def test_the_author_is_told_as_much(self, twins):
        told = [
            list(
                Notification.objects.filter(demande_id=one.demande.id, person=one.world.alice)
                .order_by("at", "event")
                .values_list("event", "at", "is_mail")
            )
            for one in twins
        ]
        assert told[0] == told[1]
        assert "note" not in {event for event, _, _ in told[1]}
