"""The main job whole: from an aidante's desk to an unblocked usager, by the people of product.md §2."""

from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest

from tests.browser.conftest import Meet
from tests.browser.person import Person

pytestmark = pytest.mark.browser

PARIS = ZoneInfo("Europe/Paris")
SUBJECT = "Allocation suspendue, loyer impayé depuis mars"
USAGER = "Ondine Quartefeuille"
NIR, NUMERO_CAF = "2 85 05 78 006 084 41", "1234567A"
STORY = "Le dossier est suspendu depuis mars.\nPlus aucun loyer payé, courrier sans réponse."
NOTE = "Entre nous : la pièce manquante est une attestation de bail."
STRANGERS = (
    *("chloe.dubois", "rachel.moreau", "sophie.laurent", "oscar.roux", "nora.petit", "elise.faure"),
    "delphine.adam",
)
FACTORS = ("sophie.laurent@demo.example", "nora.petit@demo.example")


def at(**ago: int) -> str:
    """A moment before now, as a browser's field holds it."""
    return f"{datetime.now(PARIS) - timedelta(**ago):%Y-%m-%dT%H:%M}"


def day(**ahead: int) -> str:
    """A day to come or past, the same way."""
    return f"{datetime.now(PARIS) + timedelta(**ahead):%Y-%m-%d}"


class Story:
    """The people of one run of the journey, each met once, and the demande they share."""

    def __init__(self, meet: Meet, papers: dict[str, Path], *, scripts: bool) -> None:
        self.meet = meet
        self.papers = papers
        self.scripts = scripts
        self.people: dict[str, Person] = {}
        self.path = ""

    def desk(self, name: str) -> Person:
        """Somebody at their desk, signed in and on the page of the demande."""
        if name not in self.people:
            self.people[name] = self.meet(name, scripts=self.scripts, entered=self.path)
        else:
            self.people[name].open(self.path)
        return self.people[name]


@pytest.mark.parametrize("scripts", [True, False], ids=["js", "nojs"])
def test_from_a_block_to_its_end(meet: Meet, papers: dict[str, Path], scripts: bool) -> None:
    """Every chapter of the issue's main job, on the same demande."""
    story = Story(meet, papers, scripts=scripts)
    alice_enters(story)
    alice_chooses_the_groupes(story)
    alice_tells_of_the_usager(story)
    alice_tells_of_the_block(story)
    alice_sends(story)
    strangers_find_nothing(story)
    ines_takes_charge(story)
    ines_writes_a_note_and_asks(story)
    alice_answers(story)
    ines_gives_to_igor_and_invites_the_msa(story)
    paul_answers_and_finishes(story)
    the_msa_is_not_competent(story)
    alice_invites_whom_the_msa_proposed(story)
    igor_and_the_ddfip_finish(story)
    alice_says_still_blocked(story)
    all_finish_again(story)
    alice_archives(story)
    after_the_end(story)


def alice_enters(story: Story) -> None:
    """By the mailed link, then to the page first asked for; the same link again says that it was used."""
    alice = story.people["alice.martin"] = story.meet("alice.martin", scripts=story.scripts)
    alice.open("/demandes/nouvelle/")
    assert unquote(alice.page.url).endswith("/connexion/?suite=/demandes/nouvelle/")
    alice.check()
    alice.fill("Adresse e-mail professionnelle", "alice.martin")
    alice.press("Recevoir un lien de connexion", status=422)
    alice.meets_errors("Adresse e-mail professionnelle")
    alice.check()
    alice.fill("Adresse e-mail professionnelle", alice.email.upper())
    alice.press("Recevoir un lien de connexion")
    alice.reads("Consultez votre messagerie")
    alice.check()
    link = next(one for one in alice.letter("connexion").links if "/connexion/lien/" in one)
    alice.open(link)
    alice.check()
    alice.press("Entrer")
    assert alice.page.url.endswith("/demandes/nouvelle/")
    stranger = story.meet("alice.martin", scripts=story.scripts)
    stranger.open(link, status=410)
    stranger.check()


def alice_chooses_the_groupes(story: Story) -> None:
    alice = story.people["alice.martin"]
    alice.reads("Structure demandeuse : France services Argenteuil", "Val-d'Oise")
    alice.check()
    alice.press("Suivant", status=422)
    alice.meets_errors("Thématique de la demande", "Groupes à saisir")
    alice.check()
    alice.select("Thématique de la demande", "Famille et aides sociales")
    if story.scripts:
        cpam = alice.page.get_by_role("checkbox", name="CPAM du Val-d'Oise")
        assert not cpam.is_visible()
        alice.tick("Afficher aussi les groupes des autres thématiques")
        assert cpam.is_visible()
        alice.check()
    alice.tick("CAF du Val-d'Oise")
    alice.tick("CPAM du Val-d'Oise")
    alice.press("Suivant")


def alice_tells_of_the_usager(story: Story) -> None:
    """The mandat does not exist yet: it is made from what is typed, printed, then said to be signed."""
    alice = story.people["alice.martin"]
    alice.check()
    alice.press("Suivant", status=422)
    alice.meets_errors("Sujet de la demande", "Prénom", "Nom", "Date de naissance", "La personne vous a-t-elle déjà")
    alice.check()
    alice.fill("Sujet de la demande", "Dossier de Mme Quartefeuille")
    alice.fill("Prénom", "Ondine")
    alice.page.get_by_label("Nom", exact=True).fill("Quartefeuille")
    alice.fill("Date de naissance", "12/03/1985")
    alice.fill("Téléphone", "06 12 34 56 78")
    alice.fill("Numéro de sécurité sociale", NIR)
    alice.fill("Numéro d'allocataire CAF", NUMERO_CAF)
    alice.tick("Prévenir l'aidant d'abord")
    alice.tick("Non, je crée le mandat maintenant")
    alice.press("Suivant", status=422)
    alice.meets_errors("Sujet de la demande")
    alice.reads("Ce mot n'est pas le nom de la personne")
    alice.check()
    alice.fill("Sujet de la demande", SUBJECT)
    alice.press("Enregistrer et préparer le mandat")
    alice.check()
    pdf = alice.page.get_by_role("link", name="Imprimer le mandat").get_attribute("href")
    answer = alice.page.request.get(pdf)
    assert answer.ok
    assert answer.body().startswith(b"%PDF")
    alice.tick("Sur papier, signé")
    alice.fill("Autorisation obtenue le", at(hours=2))
    alice.press("Suivant")


def alice_tells_of_the_block(story: Story) -> None:
    alice, papers = story.people["alice.martin"], story.papers
    alice.reads("Questions utiles à l'organisme : CAF")
    alice.check()
    alice.fill("Nom de l’information 1", "Référence du courrier")
    alice.fill("Valeur de l’information 1", "RC-2024-77")
    alice.fill("Quelle prestation est bloquée ?", "Aide au logement")
    alice.tick("Sans ressources")
    alice.attach("Ajouter des pièces jointes", papers["attestation.pdf"], papers["programme.exe"])
    if story.scripts:  # each file left by itself: what became of it is said at once, beside it
        sent_files = alice.page.get_by_role("list", name="Fichiers envoyés")
        sent_files.get_by_role("link", name="attestation.pdf").wait_for()
        sent_files.get_by_text("« programme.exe »").wait_for()
    alice.press("Suivant", status=422)
    alice.meets_errors("Description du blocage", *([] if story.scripts else ["Ajouter des pièces jointes"]))
    alice.reads("attestation.pdf", *([] if story.scripts else ["programme.exe"]))
    alice.check()
    alice.fill("Description du blocage", STORY)
    alice.press("Précédent")
    alice.press("Suivant")
    alice.press("Suivant")


def alice_sends(story: Story) -> None:
    alice = story.people["alice.martin"]
    alice.reads("Vérifiez votre demande", USAGER.split()[1], SUBJECT, "attestation.pdf", "CAF du Val-d'Oise")
    alice.check()
    alice.press("Envoyer ma demande", status=422)
    alice.meets_errors("atteste")
    alice.check()
    alice.tick("Amir Benali")
    alice.tick("atteste")
    alice.press("Envoyer ma demande")
    story.path = alice.page.url.removeprefix(alice.site.url)
    assert alice.state() == ("SENT", "instructeurs")
    alice.reads(SUBJECT, USAGER, "Envoyée", "Urgent", "Le dossier est suspendu", "Référence du courrier")
    alice.check()


def strangers_find_nothing(story: Story) -> None:
    """404, the page of an id that does not exist; the first one is looked at, the others are read."""
    # The answer does not depend on scripts: without them one stranger, and the one who is invited later, are enough.
    for name in STRANGERS if story.scripts else (STRANGERS[0], STRANGERS[-1]):
        stranger = story.meet(name, scripts=story.scripts)
        stranger.open(story.path)
        stranger.fill("Adresse e-mail professionnelle", stranger.email)
        stranger.press("Recevoir un lien de connexion")
        stranger.open(stranger.letter("connexion").links[0])
        has_factor = stranger.email in FACTORS
        stranger.press("Entrer", status=200 if has_factor else 404)
        if has_factor:
            stranger.prove(status=404)
        stranger.does_not_read(SUBJECT, "Quartefeuille", "CAF du Val")
        if name == STRANGERS[0]:
            stranger.check()
        story.people[name] = stranger


def ines_takes_charge(story: Story) -> None:
    """The mail leads to the demande; she reads the number that the CAF needs, and not the other one."""
    letter = story.meet("ines.caron", scripts=story.scripts).letter("envoi", story.path)
    assert letter.links[0].endswith(story.path)
    assert "Quartefeuille" not in letter.text
    assert SUBJECT not in letter.text
    ines = story.people["ines.caron"] = story.meet("ines.caron", scripts=story.scripts, entered="/demandes/")
    ines.reads("Nouvelle", SUBJECT, USAGER)
    ines.check()
    ines.open(story.path)
    ines.reads("1 234 567 A", USAGER, "Prévenir l'aidant d'abord")
    ines.does_not_read("2850578006084", "2 85 05")
    ines.check()
    ines.press("Envoyer", status=422)
    ines.meets_errors("Votre message")
    ines.check()
    ines.tick("Je prends cette demande")
    ines.fill("Réponse promise le", day(days=-3))
    ines.fill("Votre message", "Je m'en occupe.")
    ines.press("Envoyer", status=422)
    ines.meets_errors("Réponse promise le")
    ines.reads("Réponse promise le")
    assert ines.page.get_by_label("Votre message").input_value() == "Je m'en occupe."
    ines.fill("Réponse promise le", day(days=7))
    ines.press("Envoyer")
    assert ines.state() == ("IN_PROGRESS", "instructeurs")
    assert ines.part("CAF du Val-d'Oise") == "IN_CHARGE"
    ines.reads("réponse promise le", "suivi par Inès Caron")
    ines.check()
    assert story.people["alice.martin"].letter("promesse", story.path).number


def ines_writes_a_note_and_asks(story: Story) -> None:
    ines = story.people["ines.caron"]
    ines.fill("Votre message", NOTE)
    ines.tick("Note entre instructeurs", within=ines.page.locator("#repondre").locator("xpath=.."))
    ines.press("Envoyer")
    ines.reads(NOTE, "Note entre instructeurs")
    ines.tick("Demander des précisions")
    ines.press("Envoyer", status=422)
    ines.meets_errors("Votre message")
    ines.fill("Votre message", "Pouvez-vous joindre l'attestation de bail ?")
    ines.press("Envoyer")
    assert ines.state() == ("IN_PROGRESS", "auteur instructeurs")
    ines.check()


def alice_answers(story: Story) -> None:
    """She reads everything but the note; her answer carries a file and an information."""
    assert story.people["alice.martin"].letter("precisions", story.path)
    alice = story.desk("alice.martin")
    alice.does_not_read(NOTE, "attestation de bail.")
    alice.reads("C'est à vous", "attend des précisions", "attestation de bail ?")
    masked = alice.page.locator(".demande-identifier", has_text="•").first
    alice.press("Afficher", within=alice.page.locator("dl").first)
    assert masked.count() < 2
    alice.check()
    alice.unfold("Ajouter des informations")
    alice.fill("Nom de l’information 1", "Adresse du bailleur")
    alice.press("Envoyer", status=422)
    alice.check()
    alice.fill("Votre message", "Voici l'attestation.")
    alice.fill("Valeur 1", "12 rue des Lilas")
    alice.attach("Pièces jointes", story.papers["courrier.txt"])
    alice.press("Envoyer")
    assert alice.state() == ("IN_PROGRESS", "instructeurs")
    alice.reads("Adresse du bailleur", "courrier.txt")
    alice.check()
    with alice.page.expect_download() as download:
        alice.page.get_by_role("link", name="courrier.txt").click()
    assert download.value.suggested_filename.endswith(".txt")


def ines_gives_to_igor_and_invites_the_msa(story: Story) -> None:
    ines = story.desk("ines.caron")
    ines.reads("Voici l'attestation.")
    ines.unfold("Confier la demande à un collègue")
    ines.select("Suivi par", "Igor Lefèvre")
    ines.press("Confier")
    ines.reads("suivi par Igor Lefèvre")
    ines.unfold("Inviter un groupe ou une personne")
    ines.check()
    invitation = ines.page.locator("#inviter")
    ines.tick("MSA du Val-d'Oise", within=invitation)
    ines.press("Inviter", within=invitation.locator("form[method=post]"), status=422)
    ines.meets_errors("Pourquoi")
    ines.check()
    ines.fill("Pourquoi", "La personne a cotisé au régime agricole.")
    ines.press("Inviter", within=invitation.locator("form[method=post]"))
    ines.reads("MSA du Val-d'Oise", "régime agricole")
    ines.check()


def paul_answers_and_finishes(story: Story) -> None:
    """He reads what the CAF already did, and the note; he is alone in his groupe."""
    paul = story.desk("paul.nguyen")
    paul.reads(NOTE, "CAF du Val-d'Oise : pris en charge", "suivi par Igor Lefèvre", "2 85 05 78 006 084")
    paul.does_not_read("1234567A", "1 234 567 A")
    paul.check()
    paul.tick("Le blocage est levé")
    paul.fill("Votre message", "Les droits sont rouverts à la CPAM.")
    paul.press("Envoyer")
    assert paul.part("CPAM du Val-d'Oise") == "PROCESSED"
    assert paul.state()[0] == "IN_PROGRESS"
    paul.check()
    assert story.people["alice.martin"].letter("traitement", story.path)


def the_msa_is_not_competent(story: Story) -> None:
    letter = story.meet("mathieu.colin", scripts=story.scripts).letter("invitation", story.path)
    assert letter.links[0].endswith(story.path)
    mathieu = story.desk("mathieu.colin")
    mathieu.tick("Ce n'est pas de notre compétence")
    mathieu.unfold("Autres groupes")
    mathieu.tick("DDFIP du Val-d'Oise", within=mathieu.page.locator("#repondre").locator("xpath=.."))
    mathieu.fill("Votre message", "Aucun droit agricole : voyez plutôt les impôts.")
    mathieu.press("Envoyer")
    assert mathieu.part("MSA du Val-d'Oise") == "NOT_COMPETENT"
    mathieu.check()


def alice_invites_whom_the_msa_proposed(story: Story) -> None:
    assert story.people["alice.martin"].letter("incompetence", story.path)
    alice = story.desk("alice.martin")
    alice.reads("Groupes proposés : DDFIP du Val-d'Oise")
    alice.press("Inviter ces groupes")
    invitation = alice.page.locator("#inviter")
    assert invitation.get_by_role("checkbox", name="DDFIP du Val-d'Oise").is_checked()
    alice.fill("Pourquoi", "Proposé par la MSA.")
    alice.check()
    alice.press("Inviter", within=invitation.locator("form[method=post]"))
    alice.reads("Un numéro manque à un groupe saisi")
    assert alice.part("DDFIP du Val-d'Oise") == "ADDRESSED"
    alice.check()


def igor_and_the_ddfip_finish(story: Story) -> None:
    """Of two colleagues who do the same, the second is told who did it and keeps the text."""
    remi = story.desk("remi.garnier")
    igor = story.desk("igor.lefevre")
    for person in (igor, remi):
        person.tick("Le blocage est levé")
        person.fill("Votre message", "Le versement reprend ce mois-ci.")
    igor.press("Envoyer")
    remi.press("Envoyer", status=409)
    remi.reads("Igor Lefèvre")
    assert remi.page.get_by_label("Votre message").input_value() == "Le versement reprend ce mois-ci."
    remi.check()
    delphine = story.people["delphine.adam"]
    delphine.open(story.path)
    delphine.tick("Le blocage est levé")
    delphine.unfold("Autres groupes")
    delphine.tick("Une démarche habituelle suffisait")
    delphine.fill("Laquelle", "La messagerie du site des impôts")
    delphine.press("Envoyer")
    assert delphine.state() == ("PROCESSED", "auteur")
    delphine.reads("Traitée")
    delphine.check()


def alice_says_still_blocked(story: Story) -> None:
    alice = story.desk("alice.martin")
    alice.reads("À archiver", "Et maintenant ?", "C'est toujours bloqué", "Seulement écrire un message")
    alice.check()
    alice.press("Signaler que c’est toujours bloqué", status=422)
    alice.meets_errors("Qu’est-ce qui bloque encore ?")
    alice.check()
    alice.fill("Qu’est-ce qui bloque encore ?", "Rien n'est arrivé sur le compte.")
    alice.press("Signaler que c’est toujours bloqué")
    assert alice.state() == ("IN_PROGRESS", "instructeurs")
    assert alice.part("CAF du Val-d'Oise") == "IN_CHARGE"
    assert alice.part("MSA du Val-d'Oise") == "NOT_COMPETENT"
    alice.check()


def all_finish_again(story: Story) -> None:
    for name in ("igor.lefevre", "paul.nguyen", "delphine.adam"):
        person = story.desk(name)
        person.reads("Rien n'est arrivé sur le compte.")
        person.tick("Le blocage est levé")
        person.press("Envoyer")


def alice_archives(story: Story) -> None:
    alice = story.desk("alice.martin")
    alice.press("Archiver", status=422)
    alice.meets_errors("Le blocage est-il levé")
    alice.check()
    alice.tick("Oui")
    alice.fill("Remarque", "Merci à tous.")
    alice.press("Archiver")
    assert alice.state() == ("ARCHIVED", "")
    alice.reads("Cette demande est archivée", "Rouvrir la demande")
    alice.check()


def after_the_end(story: Story) -> None:
    """The colleague reads it, the instructeurs may bring news, strangers still find nothing; lists and histories."""
    amir = story.desk("amir.benali")
    amir.reads(USAGER, "Merci à tous.")
    amir.does_not_read(NOTE)
    amir.check()
    amir.press("Toutes les lectures")
    amir.reads("Inès Caron", "Paul Nguyen")
    amir.check()
    amir.open(story.path)
    amir.press("Voir le mandat")
    amir.reads("France services Argenteuil")
    amir.check()
    amir.open("/demandes/?onglet=archivees")
    amir.reads(SUBJECT)
    amir.check()
    paul = story.desk("paul.nguyen")
    paul.check()
    paul.press("Prévenir l’aidant", status=422)
    paul.meets_errors("J’ai du nouveau")
    paul.fill("J’ai du nouveau", "La carte est partie ce matin.")
    paul.press("Prévenir l’aidant")
    alice = story.desk("alice.martin")
    alice.reads("La carte est partie ce matin.")
    for name in set(STRANGERS[:-1]) & set(story.people):
        story.people[name].open(story.path, status=404)
