"""Taking one's own message back: text and files are destroyed, the line stays."""

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from aplus.attachments.models import Attachment
from aplus.demandes.models import Demande, Message
from aplus.notifications.models import Notification
from tests.demandes import sent
from tests.demandes.one.browser import filled, text_file
from tests.demandes.one.cast import ON_IT, OTHER_SIDE, assert_once
from tests.demandes.one.test_correction import act_on, message_of
from tests.notifications.jobs import run_jobs

TEXT, WHY = "Le RIB de Madame est joint.", "Mauvais dossier."


def with_file(cast, who, **fields):
    """This person writes with a file; the message and its file."""
    browser = cast.browser(who)
    form = filled(browser.form(cast.demande, "messages"), message=TEXT, fichiers=[text_file("rib.txt")], **fields)
    assert browser.post(cast.demande, "messages", form).status == 303
    return Message.objects.latest("seq"), Attachment.objects.get()


@pytest.mark.parametrize("who", ON_IT)
def test_after_it_was_read(cast, who, clock, django_capture_on_commit_callbacks):
    """Everyone who could read it sees who took it back, when and why, and nothing else."""
    message, file = with_file(cast, who)
    sealed = bytes(message.sealed)
    clock.shift(60)
    for reader in ON_IT:
        assert TEXT in cast.read(reader).words
    clock.shift(3600)
    with django_capture_on_commit_callbacks(execute=True):
        assert cast.submit(who, act_on(message, "retrait"), motif=WHY).status == 303
    clock.shift(60)
    for reader in ON_IT:
        answer = cast.read(reader)
        assert f"message retiré par {cast.user(who).full_name}, le 30 avril 2026 à 11 h 01, motif" in answer.words
        assert f"« {WHY} »" in answer.words
        for gone in (TEXT, "rib.txt", str(file.id)):
            assert gone not in answer.text
        assert cast.browser(reader).send("GET", f"/fichiers/{file.id}/").status_code == 404
    assert not Attachment.objects.exists()
    assert not default_storage.exists(file.storage_name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM message WHERE position(%s in sealed) > 0", [sealed])
        assert cursor.fetchone() == (0,)
    assert bytes(Message.objects.get().sealed) == b""
    assert cast.lines("retrait") == 1


def test_what_was_read_needs_a_reason(cast, clock):
    message = message_of(cast, "alice", TEXT)
    clock.shift(60)
    cast.read("ines")
    answer = cast.submit("alice", act_on(message, "retrait"), motif=" ")
    assert answer.status == 422
    assert answer.summary()[0][0] == f"#retrait-{message.id}_motif"
    assert TEXT in cast.read("ines").words


def test_so_does_an_old_one(cast, clock):
    message = message_of(cast, "alice", TEXT)
    clock.shift(15 * 60)
    assert cast.submit("alice", act_on(message, "retrait")).status == 422
    assert cast.submit("alice", act_on(message, "retrait"), motif=WHY).status == 303


def test_what_nobody_read_needs_none(cast, clock):
    message = message_of(cast, "alice", TEXT)
    clock.shift(60)
    assert cast.submit("alice", act_on(message, "retrait")).status == 303
    clock.shift(60)
    words = cast.read("ines").words
    assert "message retiré par Alice Martin, le 30 avril 2026 à 10 h 01, avant d’être lu." in words
    assert TEXT not in words


@pytest.mark.parametrize(("reason", "status"), [("é" * 1000, 303), ("é" * 1001, 422), ("\x00", 422), ("💥", 303)])
def test_odd_reasons(cast, clock, reason, status):
    message = message_of(cast, "alice", TEXT)
    clock.shift(3600)
    assert cast.submit("alice", act_on(message, "retrait"), motif=reason).status == status


def test_once(cast, clock):
    """The same form twice is one act; another form is told that it is done, with the reason kept."""
    message = message_of(cast, "alice", TEXT)
    clock.shift(3600)
    browser = cast.browser("alice")
    late = {act: browser.form(cast.demande, act_on(message, act)) for act in ("retrait",)}
    assert_once(cast, "alice", act_on(message, "retrait"), motif=WHY)
    answer = browser.post(cast.demande, act_on(message, "retrait"), filled(late["retrait"], motif="Autre raison."))
    assert answer.status == 409
    assert "déjà retiré" in answer.words
    assert "Autre raison." in answer.text
    answer = browser.post(cast.demande, act_on(message, "correction"), filled(late["retrait"], message="Encore."))
    assert answer.status == 409
    assert "Encore." in answer.text


def test_it_still_counts_for_delays(cast, clock):
    """The part that the reply took in charge stays so, with its due date; the last word stays where it was."""
    message = message_of(cast, "ines", TEXT, acte="precisions")
    parts = list(cast.demande.parts.values("state", "due_at", "followed_by_id", "awaited_since"))
    words = Demande.objects.values("author_word_at", "author_word_by", "instructeur_word_at").get()
    events = cast.events()
    clock.shift(3600)
    assert cast.submit("ines", act_on(message, "retrait"), motif=WHY).status == 303
    assert list(cast.demande.parts.values("state", "due_at", "followed_by_id", "awaited_since")) == parts
    assert Demande.objects.values("author_word_at", "author_word_by", "instructeur_word_at").get() == words
    assert cast.events() == events


class TestTold:
    """Who was told of the message is told that it is taken back."""

    def told(self, event):
        return set(Notification.objects.filter(event=event).values_list("person__email", "groupe_id", "is_mail"))

    def test_of_a_message(self, cast, clock):
        clock.shift(60)
        message = message_of(cast, "ines", TEXT)
        clock.shift(3600)
        cast.submit("ines", act_on(message, "retrait"), motif=WHY)
        assert self.told("retrait-message") == self.told("reponse")
        assert any(email == cast.world.alice.email for email, _, _ in self.told("retrait-message"))
        run_jobs()

    def test_of_a_note_only_the_instructeurs(self, cast, clock):
        clock.shift(60)
        message = message_of(cast, "ines", TEXT, reserve="1")
        clock.shift(3600)
        cast.submit("ines", act_on(message, "retrait"), motif=WHY)
        told = self.told("retrait-note")
        assert told == self.told("note")
        assert told
        assert not {email for email, _, _ in told} & {cast.world.alice.email, cast.world.amir.email}
        assert not Notification.objects.filter(event="retrait-message").exists()
        run_jobs()

    def test_of_the_note_of_an_invitation_only_the_instructeurs(self, cast, clock):
        """Both sides are told of the invitation; its note is the instructeurs'."""
        groupe = str(cast.world.msa95.id)
        cast.submit("ines", "invitations", groupes=[groupe], motif="Leur avis.", message=TEXT, reserve="1")
        message = Message.objects.get()
        clock.shift(3600)
        cast.submit("ines", act_on(message, "retrait"), motif=WHY)
        emails = {email for email, _, _ in self.told("retrait-note")}
        assert cast.world.alice.email not in emails
        assert cast.world.agent_msa.email in emails


def test_a_note_taken_back_is_nothing_to_the_author_s_side(cast, clock):
    note = message_of(cast, "ines", TEXT, reserve="1")
    cast.read("ines")
    columns = [field.name for field in Demande._meta.fields if field.name.startswith("author_")]
    before = Demande.objects.values(*columns).get()
    people = list(
        cast.demande.participants.filter(kind__in=["auteur", "co-auteur"]).values("rank", "sort_at", "activity_at")
    )
    clock.shift(3600)
    assert cast.submit("ines", act_on(note, "retrait"), motif=WHY).status == 303
    assert Demande.objects.values(*columns).get() == before
    assert (
        list(
            cast.demande.participants.filter(kind__in=["auteur", "co-auteur"]).values("rank", "sort_at", "activity_at")
        )
        == people
    )
    for reader in ("alice", "amir"):
        text = cast.read(reader).text
        assert "retiré" not in text
        assert WHY not in text
    for reader in OTHER_SIDE:
        assert "Note entre instructeurs" in cast.read(reader).words
        assert WHY in cast.read(reader).words


def test_a_reason_is_sealed(cast, clock):
    message = message_of(cast, "alice", TEXT)
    clock.shift(3600)
    cast.submit("alice", act_on(message, "retrait"), motif=WHY)
    assert WHY.encode() not in bytes(Message.objects.get().reason_sealed)
    assert sent.state(cast.demande) == "SENT"
