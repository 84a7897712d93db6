"""A demande in depth, over HTTP and through the months: two bodies, a promise, details, a late part with all its steps,
an absence, a body that is not competent, messages corrected and taken back, a mandat renewed, withdrawn, erased.

At each stage: what both sides read, who got which mail, and no note anywhere on the author's side.
"""

import io
import zipfile
from dataclasses import dataclass
from typing import Any

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.test import Client

from aplus.attachments.models import Attachment
from aplus.demandes import tasks
from aplus.demandes.models import Demande, Mandat, Message, Transition
from aplus.retention import tasks as retention
from aplus.vault.models import Secret
from tests import personas
from tests.demandes import sent
from tests.demandes.new.helpers import Walk, reference, usager
from tests.demandes.one.browser import Answer, Browser, filled, text_file
from tests.demandes.time.passing import everyone, lines, local, told
from tests.personas import World

ALICE, AMIR, INES, IGOR, REMI, PAUL, SOPHIE, ELISE = (
    f"{name}@demo.example"
    for name in (
        *("alice.martin", "amir.benali", "ines.caron", "igor.lefevre", "remi.garnier", "paul.nguyen"),
        *("sophie.laurent", "elise.faure"),
    )
)
MSA = ("msa95@demo.example", "mathieu.colin@demo.example")
CAF, CPAM = ("caf95@demo.example", INES, IGOR, REMI), ("cpam95@demo.example", PAUL)
AUTHORS = {ALICE, AMIR}
# Who manages reads metadata: none of these words, in a page or a mail, ever.
CONTENT = ("Quartefeuille", "Ondine", "Allocation suspendue", "2850578006084", "Plus de loyer payé")
NOTES = ("Notemartinet", "Fichierlaponie", "Infochouette", "Valeurhibou", "Motifcaché", "Note entre instructeurs")


@dataclass
class Story:
    """The people, the demande they share, and the clock."""

    world: World
    clock: Any
    path: str = ""

    @property
    def demande(self) -> Demande:
        """As stored now."""
        return Demande.objects.get()

    def browser(self, who: str) -> Browser:
        """A fresh browser."""
        return Browser(self.world.user(who))

    def read(self, who: str) -> Answer:
        """The page of the demande."""
        return self.browser(who).read(self.demande)

    def does(self, who: str, act: str, status: int = 303, **fields: Any) -> dict[str, str]:
        """Fill in a form of the page and send it; the mails it leads to."""
        answer = self.browser(who).submit(self.demande, act, **fields)
        assert answer.status == status, (who, act, answer.summary())
        return self.mails()

    def mails(self) -> dict[str, str]:
        """Whom each mail that waits goes to, and its event; nobody twice."""
        found = told()
        for one in mail.outbox:
            text = one.subject + one.message().as_string() + one.body + str(one.alternatives)
            assert not [word for word in CONTENT if word in text], one.subject
            assert not [word for word in NOTES if word in text], one.subject
        return found

    def at(self, moment: str) -> dict[str, str]:
        """This moment comes, the worker does its minute twice; the mails it leads to."""
        self.clock.move_to(local(moment), tick=False)
        for _ in range(2):
            for task in (
                tasks.make_part_steps,
                tasks.make_demande_steps,
                tasks.make_mandat_steps,
                tasks.make_absences,
                retention.erase_contents,
            ):
                task.func(0)
        return self.mails()

    def assert_read(self, state: str, turn: str, **parts: str) -> None:
        """Both sides read the same state, the same turn and the same parts; the author's side no note."""
        for who in ("alice", "ines", "paul"):
            answer = self.read(who)
            assert (answer.main["data-etat"], answer.main["data-tour"]) == (state, turn), who
            for groupe, expected in parts.items():
                assert answer.part(getattr(self.world, groupe))["data-etat"] == expected, (who, groupe)
        self.assert_no_note()

    def assert_tabs(self, who: str, **expected: bool) -> None:
        """In which tabs this person finds it, and that their counters say so; a dash is written with a low line."""
        for name, is_there in expected.items():
            answer = self.browser(who).get("/demandes/", onglet=name.replace("_", "-"))
            assert (self.path in answer.text) is is_there, (who, name)
            (current,) = [one for one in answer.page.all("a") if one.get("aria-current") == "page" and "(" in one.text]
            assert f"({int(is_there)})" in current.text, (who, name)

    def assert_no_note(self, who: str = "alice") -> None:
        """In nothing that the author's side can fetch."""
        browser = self.browser(who)
        for page in ("", "suite/", "impression/", "journal/", "fiche/"):
            text = browser.get(f"{self.path}{page}").text
            assert not [word for word in NOTES if word in text], page
        assert not self.finds(who, "Notemartinet Infochouette")
        for query in ("", "?onglet=archivees&tri=activite"):
            text = browser.get(f"/demandes/{query}").text
            assert not [word for word in NOTES if word in text]
            csv = b"".join(browser.client.get(f"/demandes.csv{query}")).decode()
            assert not [word for word in (*NOTES, *CONTENT) if word in csv]
        with zipfile.ZipFile(io.BytesIO(b"".join(browser.client.get("/demandes.xlsx")))) as workbook:
            cells = b" ".join(workbook.read(name) for name in workbook.namelist()).decode()
        assert not [word for word in (*NOTES, *CONTENT) if word in cells]

    def assert_metadata_only(self) -> None:
        """Who manages or watches reads no content and no note, and the page not at all."""
        for who in ("rachel", "chloe", "sophie", "oscar", "nora"):
            assert self.browser(who).send("GET", self.path).status_code == 404
        for who, groupe in (
            ("rachel", "fs_argenteuil"),
            ("remi", "caf95"),
            ("sophie", "caf95"),
            ("nora", "caf95"),
        ):
            for page in ("", "demandes/"):
                text = self.browser(who).get(f"/groupes/{getattr(self.world, groupe).id}/{page}").text
                assert not [word for word in (*CONTENT, *NOTES) if word in text], who

    def finds(self, who: str, text: str) -> bool:
        """Whether a search leads to it."""
        browser = self.browser(who)
        fields = browser.get("/demandes/").fields("/demandes/recherche/")
        answer = Answer(browser.client.post("/demandes/recherche/", filled(fields, q=text)))
        assert answer.status == 303
        assert text not in answer.location
        return self.path in browser.get(answer.location).text


@pytest.fixture
def clock(time_machine: Any) -> Any:
    """Before the personas come."""
    time_machine.move_to("2026-04-01T08:00:00+00:00", tick=False)
    return time_machine


@pytest.fixture
def story(clock: Any, world: World) -> Story:
    """Thursday 30 April 2026, 10:00 in Paris: the 1st, the 8th, the 14th and the 25th of May are holidays."""
    clock.move_to(local("2026-04-30 10:00"), tick=False)
    return Story(world, clock)


def test_in_depth(story: Story, django_capture_on_commit_callbacks: Any) -> None:
    """Chapter by chapter, on the same demande."""
    alice_sends(story)
    the_caf_promises_and_the_cpam_asks(story)
    notes_are_written(story)
    alice_answers(story)
    the_promise_is_not_kept(story)
    alice_is_away_and_comes_back(story)
    everybody_above_is_told(story)
    an_expert_is_called(story)
    the_cpam_is_not_competent_the_msa_is_invited(story)
    messages_are_corrected_and_taken_back(story)
    the_mandat_is_renewed(story)
    the_usager_takes_the_mandat_back(story)
    with django_capture_on_commit_callbacks(execute=True):
        all_is_erased(story)


def alice_sends(story: Story) -> None:
    """Four steps, to the CAF and to the CPAM."""
    reference()
    client = Client()
    personas.sign_in(client, story.world.alice)
    walk = Walk(client, story.world)
    walk.begin()
    typed = usager(prenom="Ondine", nom="Quartefeuille", sujet="Allocation suspendue depuis trois mois")
    assert walk.step("usager", typed).status_code == 303
    step = {"description": "Plus de loyer payé.", "action": "suivant"}
    assert walk.step("blocage", step).status_code == 303
    answer = walk.step("envoi", {"attestation": "1"})
    story.path = answer.headers["Location"]
    assert story.path == sent.address(story.demande)
    assert story.mails() == everyone("envoi", CAF, CPAM)
    story.assert_tabs("alice", a_traiter=False, en_cours=True, en_souffrance=False)
    story.assert_tabs("ines", a_traiter=True, en_souffrance=False)
    for who in ("alice", "ines", "paul"):
        assert story.finds(who, "quartefeuille")
    assert not story.finds("igor", "Plus de loyer")  # neither messages nor the description are indexed
    answer = story.read("alice")
    assert (answer.main["data-etat"], answer.main["data-tour"]) == ("SENT", "instructeurs")


def the_caf_promises_and_the_cpam_asks(story: Story) -> None:
    """Monday: until Tuesday 12 May on one side; on the other it is the author's turn."""
    story.at("2026-05-04 09:00")
    promise = {"acte": "prise-en-charge", "promis_le": "2026-05-12", "message": "Nous regardons."}
    assert story.does("ines", "messages", **promise) == {ALICE: "promesse"}
    assert story.does("paul", "messages", acte="precisions", message="Quel est le numéro ?") == {ALICE: "precisions"}
    story.assert_read("IN_PROGRESS", "auteur instructeurs", caf95="IN_CHARGE", cpam95="IN_CHARGE")
    assert "réponse promise le 12 mai" in story.read("alice").words
    story.assert_tabs("alice", a_traiter=True, en_cours=False, en_souffrance=False)
    story.assert_tabs("paul", a_traiter=False, en_cours=True)


def notes_are_written(story: Story) -> None:
    """Between instructeurs, with a file, an information; the author's side is not told, nor sees a thing."""
    story.clock.shift(600)
    browser = story.browser("igor")
    form = filled(
        browser.form(story.demande, "messages"),
        message="Notemartinet entre nous.",
        reserve="1",
        info_nom=["Infochouette"],
        info_valeur=["Valeurhibou"],
        fichiers=[text_file("Fichierlaponie.txt")],
    )
    before = [story.browser("alice").get(f"{story.path}suite/").text]
    assert browser.post(story.demande, "messages", form).status == 303
    mails = story.mails()
    assert "note" in mails.values()
    assert not AUTHORS & set(mails)
    assert "Notemartinet" in story.read("paul").words
    assert [story.browser("alice").get(f"{story.path}suite/").text] == before
    story.assert_read("IN_PROGRESS", "auteur instructeurs", caf95="IN_CHARGE", cpam95="IN_CHARGE")


def alice_answers(story: Story) -> None:
    """The details given, the turn is the instructeurs'; the CPAM has fifteen business days."""
    story.at("2026-05-05 09:00")
    said = {"message": "Le voici.", "info_nom": ["Numéro"], "info_valeur": ["A-77"], "fichiers": [text_file()]}
    mails = story.does("alice", "messages", **said)
    assert mails == everyone("reponse", INES, IGOR, PAUL)  # Igor, for he wrote
    story.assert_read("IN_PROGRESS", "instructeurs", caf95="IN_CHARGE", cpam95="IN_CHARGE")
    assert sent.part(story.demande, story.world.cpam95).due_at == local("2026-05-30 00:00")
    story.assert_tabs("alice", a_traiter=False, en_cours=True)
    story.assert_tabs("paul", a_traiter=True)


def the_promise_is_not_kept(story: Story) -> None:
    """The part of the CAF alone is late: its people first, then its responsable."""
    assert story.at("2026-05-12 23:59") == {}
    assert story.at("2026-05-13 00:00") == everyone("echeance", CAF)
    story.assert_read("IN_PROGRESS", "instructeurs", caf95="IN_CHARGE", cpam95="IN_CHARGE")
    story.at("2026-05-13 00:01")
    for who, is_late in (("alice", True), ("ines", True), ("paul", False)):
        story.assert_tabs(who, en_souffrance=is_late)
    assert story.at("2026-05-15 23:59") == {}
    assert story.at("2026-05-16 00:00") == {REMI: "retard"}


def alice_is_away_and_comes_back(story: Story) -> None:
    """Three days: Amir reads and is told in her place, then no more, for he did nothing."""
    browser = story.browser("alice")
    name = f"remplacant_{story.world.fs_argenteuil.id}"
    days = {"du": "2026-05-18", "au": "2026-05-20", name: str(story.world.amir.id)}
    form = filled(browser.get("/moi/absences/").fields("/moi/absences/"), **days)
    assert browser.client.post("/moi/absences/", form).status_code == 303
    assert story.mails() == {}
    assert story.browser("amir").send("GET", story.path).status_code == 404
    assert story.at("2026-05-18 00:00") == {AMIR: "absence"}
    line = "Amir Benali remplace Alice Martin, en absence jusqu’au 20 mai 2026."
    for who in ("alice", "amir", "paul"):
        assert story.read(who).words.count(line) == 1
    story.assert_no_note("amir")
    assert story.does("paul", "messages", message="Bien reçu.") == everyone("reponse", AMIR, INES, IGOR)
    assert story.finds("amir", "Quartefeuille")
    story.assert_read("IN_PROGRESS", "instructeurs", caf95="IN_CHARGE", cpam95="IN_CHARGE")
    assert story.at("2026-05-20 23:59") == {}


def everybody_above_is_told(story: Story) -> None:
    """Midnight: the absence is over, and the superviseurs hear of the late part; then an expert is offered."""
    assert story.at("2026-05-21 00:00") == {SOPHIE: "retard", AMIR: "absence"}
    assert story.browser("amir").send("GET", story.path).status_code == 404
    assert not story.finds("amir", "Quartefeuille")
    assert story.at("2026-05-28 23:59") == {}
    assert story.at("2026-05-29 00:00") == everyone("appel-expert", INES, ALICE)
    steps = [code for event, code in lines(story.demande) if event == "ESCALATE"]
    assert steps == ["echeance", "responsables", "superviseurs", "expert"]
    story.assert_metadata_only()
    story.assert_read("IN_PROGRESS", "instructeurs", caf95="IN_CHARGE", cpam95="IN_CHARGE")


def an_expert_is_called(story: Story) -> None:
    """One click of a person; nothing gave access before."""
    story.at("2026-05-29 09:00")
    assert story.browser("elise").send("GET", story.path).status_code == 404
    browser = story.browser("alice")
    page = browser.read(story.demande)
    assert "Faire appel à Élise Faure" in page.words
    offered = [one for one in page.page.all("button") if one.get("name") == "experts"]
    form = page.fields(f"{story.path}invitations/")
    assert browser.post(story.demande, "invitations", filled(form, experts=offered[0]["value"])).status == 303
    mails = story.mails()
    assert mails[ELISE] == "invitation"
    assert "Notemartinet" in story.read("elise").words


def the_cpam_is_not_competent_the_msa_is_invited(story: Story) -> None:
    """It proposes the MSA; the author invites it; the CAF finishes its part, and takes it up again."""
    story.clock.shift(3600)
    proposed = [str(story.world.msa95.id)]
    acts = {"acte": "incompetence", "groupes": proposed, "message": "Voyez la MSA."}
    mails = story.does("paul", "messages", **acts)
    assert mails == everyone("incompetence", ALICE), mails
    story.assert_read("IN_PROGRESS", "instructeurs", caf95="IN_CHARGE", cpam95="NOT_COMPETENT")
    mails = story.does("alice", "invitations", groupes=proposed, motif="La CPAM nous y renvoie.")
    assert {address: mails[address] for address in MSA} == everyone("invitation", MSA)
    assert "MSA du Val-d'Oise" in story.read("agent_msa").words
    assert story.finds("agent_msa", "quartefeuille")
    assert story.does("ines", "messages", acte="traitement", message="C’est réglé.") == {ALICE: "traitement"}
    assert story.does("agent_msa", "messages", acte="traitement", message="Rien chez nous.") == {ALICE: "traitement"}
    story.assert_read("PROCESSED", "auteur", caf95="PROCESSED", cpam95="NOT_COMPETENT", msa95="PROCESSED")
    story.assert_tabs("alice", a_traiter=True, traitees=True, en_souffrance=False)
    mails = story.does("alice", "toujours-bloque", message="Rien n’est versé.")
    assert set(mails.values()) == {"toujours-bloque"}
    story.assert_read("IN_PROGRESS", "instructeurs", caf95="IN_CHARGE", cpam95="NOT_COMPETENT", msa95="IN_CHARGE")


def messages_are_corrected_and_taken_back(story: Story) -> None:
    """Corrected while nobody has read it; taken back with its reason once it was."""
    story.at("2026-06-01 09:00")
    story.does("alice", "messages", message="Le dossier 4471 est complet.")
    message = Message.objects.latest("created_at")
    story.clock.shift(60)
    story.does("alice", f"messages/{message.id}/correction", message="Le dossier 4417 est complet.")
    for who in ("ines", "agent_msa", "alice"):
        words = story.read(who).words
        assert "4417" in words
        assert "4471" not in words
    story.clock.shift(3600)
    mails = story.does("alice", f"messages/{message.id}/retrait", motif="Mauvais dossier.")
    assert set(mails.values()) == {"retrait-message"}
    for who in ("ines", "agent_msa", "alice"):
        words = story.read(who).words
        assert "4417" not in words
        assert "« Mauvais dossier. »" in words
    note = Message.objects.get(audience="instructeurs")
    mails = story.does("igor", f"messages/{note.id}/retrait", motif="Motifcaché.")
    assert not AUTHORS & set(mails)
    assert "Motifcaché" in story.read("paul").words
    story.assert_read("IN_PROGRESS", "instructeurs", caf95="IN_CHARGE", cpam95="NOT_COMPETENT", msa95="IN_CHARGE")


def the_mandat_is_renewed(story: Story) -> None:
    """For one more year; the other side is told."""
    story.at("2026-06-02 10:00")
    given = {"mandat_mode": "oral", "mandat_obtenu_le": "2026-06-02T09:00"}
    mails = story.does("alice", "renouvellement-du-mandat", **given)
    assert set(mails.values()) == {"renouvellement-du-mandat"}
    assert f"{Mandat.objects.get().ends_on}" == "2027-06-02"
    assert "Accord oral, obtenu le 2 juin 2026 à 9 h 00" in story.read("ines").words


def the_usager_takes_the_mandat_back(story: Story) -> None:
    """Frozen and archived for both sides; nobody writes, nobody reopens."""
    browser = story.browser("ines")
    form = filled(browser.form(story.demande, "messages"), message="Notemartinet trop tard.", reserve="1")
    mails = story.does("alice", "retrait-du-mandat", confirmation="1")
    assert set(mails.values()) == {"retrait-du-mandat"}
    assert {INES, PAUL} <= set(mails)
    assert browser.post(story.demande, "messages", form).status == 409
    story.assert_read("ARCHIVED", "", caf95="IN_CHARGE", cpam95="NOT_COMPETENT", msa95="IN_CHARGE")
    for who in ("alice", "ines", "paul", "agent_msa"):
        assert story.read(who).actions() == set()
        story.assert_tabs(who, a_traiter=False, en_cours=False, en_souffrance=False)
        assert story.path in story.browser(who).get("/demandes/", onglet="archivees").text
    late = story.browser("alice").send("POST", f"{story.path}reouverture/", {"message": "Encore."})
    assert late.status_code == 409
    # No due date is left to pass, no mandat to end.
    assert story.at("2026-07-02 09:59") == {}
    assert Secret.objects.exists()


def all_is_erased(story: Story) -> None:
    """Thirty days later to the minute: the secret, the words, the files, the index."""
    file, mandat = Attachment.objects.get(), Mandat.objects.get()
    assert default_storage.exists(file.storage_name)
    assert story.at("2026-07-02 10:00") == {}
    assert not Secret.objects.exists()
    assert not Attachment.objects.exists()
    for who in ("alice", "ines", "paul", "agent_msa"):
        answer = story.read(who)
        assert answer.status == 200
        assert "Contenu effacé le 2 juillet 2026" in answer.words
        assert not [word for word in (*CONTENT, "A-77", "C’est réglé") if word in answer.text]
        assert answer.actions() == set()
        browser = story.browser(who)
        assert browser.get(f"/mandats/{mandat.id}/").status == 410
        assert browser.get(f"/fichiers/{file.id}/").status == 404
        assert browser.send("GET", f"{story.path}suite/").status_code == 410
        paper = browser.read(story.demande, "impression/")
        assert "Contenu effacé le 2 juillet 2026" in paper.words
        assert not [word for word in (*CONTENT, "A-77", "C’est réglé") if word in paper.text]
        assert story.path not in browser.get("/demandes/", onglet="archivees").text
        assert not story.finds(who, "Quartefeuille")
        assert not story.finds(who, str(story.demande.number))
    last = Transition.objects.filter(demande=story.demande).latest("id")
    assert (last.event, last.to_state) == ("WITHDRAW_MANDAT", "ARCHIVED")
    story.assert_metadata_only()
