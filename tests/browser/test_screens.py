"""The screens that the main job does not meet: what is chosen in a list, searched, planned, kept as a model, undone."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.browser.conftest import Meet
from tests.browser.person import Person
from tests.browser.test_keyboard import demande_of

pytestmark = pytest.mark.browser

UNKNOWN = "/demandes/?recherche=7b0c2a1e-6f9a-4a8e-9a0e-111111111111"


@pytest.mark.parametrize("scripts", [True, False], ids=["js", "nojs"])
def test_a_list_is_searched_and_filtered(meet: Meet, scripts: bool) -> None:
    """Found, not found, expired; filters shown, kept as one's own, forgotten."""
    rachel = meet("rachel.moreau", scripts=scripts, entered="/demandes/")
    rachel.check()
    for words, said in (("zzzzzz", "Aucune demande trouvée"), ("100 000", "Aucune demande trouvée")):
        rachel.fill("Rechercher une demande", words)
        rachel.press("Rechercher")
        rachel.reads(said)
    rachel.check()
    rachel.open(UNKNOWN)
    rachel.reads("Cette recherche a expiré")
    rachel.check()
    rachel.open("/demandes/?urgent=1&suivi=personne")
    rachel.reads("Urgentes", "Sans suivi")
    rachel.check()
    rachel.press("Garder ces choix")
    rachel.open("/demandes/")
    rachel.reads("Vos choix habituels s’appliquent")
    rachel.check()
    rachel.press("Oublier mes choix habituels")
    rachel.open("/demandes/")
    rachel.does_not_read("Vos choix habituels")


def test_a_message_is_taken_back(meet: Meet) -> None:
    """The form to correct and the form to withdraw, then the line that stays; the sheet in its two versions; paper."""
    path = demande_of(meet)
    amir = meet("amir.benali", entered=path)
    amir.fill("Votre message", "Envoyé trop vite.")
    amir.press("Envoyer")
    for name in ("Corriger ce message", "Retirer ce message"):
        amir.page.locator("summary", has_text=name).last.click()
    amir.check()
    amir.press("Retirer le message")
    amir.reads("message retiré par Amir Benali")
    amir.does_not_read("Envoyé trop vite.")
    amir.check()
    for place in ("fiche/", "fiche/?version=facile"):
        amir.open(f"{path}{place}")
        amir.check()
    amir.page.goto(f"{path}impression/")  # no script on paper
    amir.check()
    a_groupe_is_kept(meet, path)


def a_groupe_is_kept(meet: Meet, path: str) -> None:
    """Its reply models, in their page and in the reply box; its demandes and absences; mine, refused then planned."""
    ines = meet("ines.caron", entered="/groupes/")
    ines.press("CAF du Val-d'Oise")
    groupe = ines.page.url.removeprefix(ines.site.url)
    ines.open(f"{groupe}modeles/")
    ines.press("Ajouter ce modèle", status=422)
    ines.check()
    ines.fill("Titre", "Pièces à fournir")
    ines.fill("Texte", "Bonjour,\nil nous faut le dernier courrier reçu.")
    ines.press("Ajouter ce modèle")
    ines.check()
    ines.open(path)
    ines.page.locator("summary", has_text="Modèles de réponse").click()
    ines.page.get_by_role("button", name="Insérer « Pièces à fournir »").click()
    assert "dernier courrier" in ines.page.get_by_label("Votre message").input_value()
    ines.check()
    ines.open(f"{groupe}demandes/", status=403)
    remi = meet("remi.garnier", entered=f"{groupe}demandes/")
    remi.check()
    remi.open(f"{groupe}absences/")
    remi.check()
    plans_an_absence(remi)


def plans_an_absence(person: Person) -> None:
    """On one's own account."""
    person.open("/moi/absences/")
    person.press("Noter cette absence", status=422)
    person.meets_errors("Premier jour d’absence", "Dernier jour d’absence")
    person.check()
    today = datetime.now(UTC).date()
    person.fill("Premier jour d’absence", today.isoformat())
    person.fill("Dernier jour d’absence", (today + timedelta(days=9)).isoformat())
    person.press("Noter cette absence")
    person.reads("Terminer maintenant")
    person.check()
    person.press("Terminer maintenant")
    person.reads("Aucune absence prévue.")


def test_two_versions_of_a_step(meet: Meet) -> None:
    """Two tabs: the second to save is told, sees both, and chooses."""
    alice = meet("alice.martin", entered="/demandes/nouvelle/")
    alice.press("Enregistrer le brouillon")
    alice.open(re.sub("organismes/$", "usager/", alice.page.url))
    other = Person(alice.page.context.new_page(), alice.site, alice.email)
    other.open(alice.page.url)
    other.fill("Sujet de la demande", "Écrit dans l’autre onglet")
    other.press("Enregistrer le brouillon")
    alice.fill("Sujet de la demande", "Écrit ici")
    alice.press("Enregistrer le brouillon", status=409)
    alice.reads("Deux versions de cette étape", "Écrit dans l'autre onglet")
    alice.check()
    alice.open(alice.page.url)
    alice.reads("Autre saisie, gardée à part")
    alice.check()
    alice.press("Reprendre cette saisie")
    assert alice.page.get_by_label("Sujet de la demande").input_value() == "Écrit ici"
    alice.open(re.sub("usager/$", "envoi/", alice.page.url))
    alice.check()
