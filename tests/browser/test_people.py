"""Those who run accounts, groupes and reference data, at their screens."""

import pytest

from tests.browser.conftest import Meet
from tests.browser.person import Person

pytestmark = pytest.mark.browser

LEA = "lea.simon@demo.example"
IS_SEEN = """one => {
    const { x, y, height } = one.getBoundingClientRect();
    return one.contains(document.elementFromPoint(x + 5, y + height / 2));
}"""
OF_A_GROUPE = ("modification/", "absences/", "membres/ajout/", "demandes/")
OF_SUPERVISION = ("/groupes/nouveau/", "/pilotage/annuaire/", "/pilotage/annuaire/personnes/", "/pilotage/personnes/")
OF_ADMINISTRATION = (
    "/pilotage/roles/",
    "/pilotage/organismes/",
    "/pilotage/organismes/caf/",
    "/pilotage/organismes/caf/questions/",
    "/pilotage/organismes/caf/questions/nouvelle/",
    "/pilotage/thematiques/",
    "/pilotage/thematiques/nouvelle/",
    "/pilotage/territoires/",
    "/pilotage/territoires/95/",
    "/pilotage/cgu/",
    "/pilotage/cgu/nouvelle/",
    "/pilotage/maintenance/",
    "/pilotage/e-mails/",
)


def test_a_colleague_arrives_and_leaves(meet: Meet) -> None:
    """Invited by a responsable, they accept by the mailed link, are given a role more, then are removed."""
    remi = meet("remi.garnier", entered="/groupes/")
    remi.check()
    remi.press("CAF du Val-d'Oise")
    groupe = remi.page.url.removeprefix(remi.site.url)
    remi.check()
    for place in OF_A_GROUPE:
        remi.open(f"{groupe}{place}")
        remi.check()
    invites(remi, groupe)
    accepts(meet)
    remi.open(groupe)
    remi.page.get_by_role("link", name="Gérer Léa Simon").click()
    remi.check()
    remi.tick("Responsable")
    remi.press("Enregistrer les rôles")
    remi.page.get_by_role("link", name="Gérer Léa Simon").click()
    remi.press("Retirer cette personne du groupe")
    remi.check()
    remi.press("Retirer du groupe")
    remi.reads("Changements parmi les membres")
    assert not remi.page.get_by_role("link", name="Gérer Léa Simon").count()
    remi.check()


def invites(remi: Person, groupe: str) -> None:
    """Nothing, then an address: what will happen is read before it does."""
    remi.open(f"{groupe}membres/ajout/")
    remi.press("Vérifier les adresses", status=422)
    remi.meets_errors("Adresses e-mail")
    remi.check()
    remi.fill("Adresses e-mail", f"{LEA}, pas-une-adresse")
    remi.press("Vérifier les adresses")
    remi.reads("Rien n’est encore enregistré", LEA, "pas-une-adresse")
    remi.check()
    remi.press("Confirmer", status=422)
    remi.meets_errors("Je donne le rôle d’instructeur")
    remi.check()
    remi.tick("Je donne le rôle d’instructeur")
    remi.press("Confirmer")
    remi.reads("Invitations en attente", LEA)
    remi.check()


def accepts(meet: Meet) -> None:
    """From the mail to the first page; the link is then over."""
    lea = meet("lea.simon")
    link = next(one for one in lea.letter("inscription").links if "/inscription/" in one)
    lea.open(link)
    lea.check()
    lea.press("Créer mon compte", status=422)
    lea.check()
    lea.fill("Prénom", "Léa")
    lea.page.get_by_label("Nom", exact=True).fill("Simon")
    lea.fill("Fonction", "Gestionnaire")
    lea.tick("J’ai lu et j’accepte")
    lea.press("Créer mon compte")
    lea.check()
    late = meet("visiteuse")
    late.open(link, status=410)
    late.check()


def test_a_file_of_people(meet: Meet) -> None:
    """Found from the groupe's page; a line refused and why, before anything is written."""
    remi = meet("remi.garnier", entered="/groupes/")
    remi.press("CAF du Val-d'Oise")
    remi.press("Importer un fichier de personnes")
    remi.check()
    remi.press("Vérifier le fichier", status=422)
    remi.check()
    sheet = "\ufeffemail;prénom;nom\r\n\r\nzoe.blanc@demo.example;Zoé;Blanc\r\npas-une-adresse;;\r\n"
    remi.page.get_by_label("Fichier CSV").set_input_files(
        {"name": "personnes.csv", "mimeType": "text/csv", "buffer": sheet.encode()}
    )
    remi.press("Vérifier le fichier")
    remi.reads("Rien n’est encore enregistré", "Lignes refusées", "pas-une-adresse")
    title = remi.page.locator("caption", has_text="Lignes refusées")
    title.scroll_into_view_if_needed()
    assert title.evaluate(IS_SEEN), "the title of the table is cut"
    remi.check()


def test_pages_of_supervision(meet: Meet) -> None:
    """A scope's groupes and people."""
    sophie = meet("sophie.laurent", entered="/pilotage/")
    for path in OF_SUPERVISION:
        sophie.open(path)
        sophie.check()
    sophie.open("/pilotage/annuaire/")
    sophie.press("CAF du Val-d'Oise")
    sophie.press("Fermer le groupe")
    sophie.check()


def test_reference_data_and_roles(meet: Meet) -> None:
    """Every page of the section; a role given with its territoires, a banner made and seen by others."""
    nora = meet("nora.petit", entered="/pilotage/")
    nora.check()
    for path in OF_ADMINISTRATION:
        nora.open(path)
        nora.check()
    gives_a_role(nora)
    changes_an_organisme(nora)
    makes_a_banner(nora, meet("visiteur"))


def gives_a_role(nora: Person) -> None:
    """From the search of a person to the role, then taken back."""
    nora.open("/pilotage/personnes/")
    nora.press("Chercher", status=422)
    nora.meets_errors("Nom ou adresse e-mail")
    nora.fill("Nom ou adresse e-mail", "Mathieu Colin")
    nora.press("Chercher")
    nora.check()
    nora.press("Mathieu Colin")
    nora.check()
    nora.press("Changer ses rôles")
    nora.check()
    role = f"{nora.page.url}observation/"
    nora.open(role)
    nora.check()
    nora.press("Donner ce rôle", status=422)
    nora.check()
    nora.tick("Tous les organismes")
    nora.press("Donner ce rôle")
    nora.reads("tous les organismes")
    nora.open(role)
    nora.press("Retirer ce rôle")
    nora.does_not_read("tous les organismes")


def changes_an_organisme(nora: Person) -> None:
    """What it wants to be told, read again on its page."""
    nora.open("/pilotage/organismes/msa/")
    nora.fill("Ce qu’il faut", "Le numéro de dossier aide.")
    nora.press("Enregistrer")
    nora.open("/pilotage/organismes/msa/")
    assert nora.page.get_by_label("Ce qu’il faut").input_value() == "Le numéro de dossier aide."


def makes_a_banner(nora: Person, visitor: Person) -> None:
    """Refused without a title, then shown to visitors until it is ended."""
    nora.open("/pilotage/bandeaux/nouveau/")
    nora.press("Enregistrer", status=422)
    nora.meets_errors("Titre")
    nora.check()
    nora.fill("Titre", "Coupure ce soir")
    nora.tick("Montrer aussi aux visiteurs")
    nora.press("Enregistrer")
    nora.reads("Coupure ce soir")
    nora.check()
    visitor.open("/contact/")
    assert visitor.page.get_by_text("Coupure ce soir").is_visible()
    visitor.check()
    nora.press("Terminer")
    nora.reads("Terminer ce bandeau maintenant")
    nora.check()
    nora.press("Terminer maintenant")
    visitor.open("/contact/")
    visitor.does_not_read("Coupure ce soir")
