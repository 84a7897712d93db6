"""Without a mouse: Tab, Space, arrows and Enter reach everything, and one sees where one is."""

import pytest
from playwright.sync_api import Locator

from tests.browser.conftest import Meet
from tests.browser.person import Person, spelled
from tests.browser.test_main_job import at

pytestmark = pytest.mark.browser

FAR = 80
# An outline, its own or that of what draws it: its label (boxes, radio buttons), the area that an enlarged link covers.
# A date's field has parts that the browser itself draws.
IS_SEEN = """node => {
    if (["date", "datetime-local"].includes(node.type)) return true;
    const drawn = (element, part) => {
        const style = getComputedStyle(element, part);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    };
    return [node, ...(node.labels || [])].some((one) => [null, "::before", "::after"].some((part) => drawn(one, part)));
}"""


def tab_to(person: Person, target: Locator) -> None:
    """Press Tab until the target has the focus, which must be seen at each stop."""
    for _ in range(FAR):
        person.page.keyboard.press("Tab")
        unseen = person.page.evaluate(f"(({IS_SEEN})(document.activeElement)) ? '' : document.activeElement.outerHTML")
        assert not unseen, f"the focus is not seen on {unseen[:200]}"
        if target.evaluate("node => node === document.activeElement"):
            return
    raise AssertionError(f"{target} is never reached")


def enter(person: Person, target: Locator, status: int = 200) -> None:
    """Reach a button or a link and press Enter."""
    tab_to(person, target)
    with person.page.expect_navigation() as navigation:
        person.page.keyboard.press("Enter")
    response = navigation.value
    assert response is not None
    assert response.status == status
    person.page.wait_for_function("document.documentElement.dataset.frJs === 'true'")


def test_everything_from_the_keyboard(meet: Meet) -> None:
    """Sign in, make step 1 of a new demande, go back to it, leave."""
    chloe = meet("chloe.dubois")
    page = chloe.page
    chloe.open("/demandes/nouvelle/")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Contenu"
    page.keyboard.press("Enter")
    tab_to(chloe, page.get_by_label("Adresse e-mail professionnelle"))
    page.keyboard.type(chloe.email)
    enter(chloe, page.get_by_role("button", name="Recevoir un lien de connexion"))
    chloe.open(chloe.letter("connexion").links[0])
    enter(chloe, page.get_by_role("button", name="Entrer"))

    tab_to(chloe, page.get_by_label("Thématique de la demande"))
    page.keyboard.type("Famille")
    tab_to(chloe, page.get_by_role("checkbox", name="CAF du Val-d'Oise"))
    page.keyboard.press("Space")
    assert page.get_by_role("checkbox", name="CAF du Val-d'Oise").is_checked()
    enter(chloe, page.get_by_role("button", name="Suivant"))

    enter(chloe, page.get_by_role("button", name="Suivant"), status=422)
    page.keyboard.press("Tab")
    assert "Sujet" in page.locator(":focus").inner_text()
    page.keyboard.press("Enter")
    assert page.get_by_label("Sujet de la demande").evaluate("node => node === document.activeElement")
    page.keyboard.type("Aide suspendue")
    for label, text in (("Prénom", "Ondine"), ("Nom", "Quartefeuille"), ("Date de naissance", "1985")):
        tab_to(chloe, page.get_by_label(label, exact=label == "Nom").first)
        page.keyboard.type(text)
    tab_to(chloe, page.get_by_role("checkbox", name="Numéro inconnu").first)
    page.keyboard.press("Space")
    tab_to(chloe, page.get_by_role("radio", name=spelled("l’autorisation existe")))
    page.keyboard.press("Space")
    tab_to(chloe, page.get_by_role("radio", name="Sur papier, signé"))
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("radio", name="De vive voix", exact=True).is_checked()


def test_a_reply_from_the_keyboard(meet: Meet) -> None:
    """The act, the words, the accordions."""
    ines = meet("ines.caron", entered=demande_of(meet))
    page = ines.page
    tab_to(ines, page.get_by_role("radio", name="Répondre", exact=True))
    page.keyboard.press("ArrowDown")
    assert page.get_by_role("radio", name="Je prends cette demande").is_checked()
    tab_to(ines, page.get_by_label("Votre message"))
    page.keyboard.type("Je regarde cela.")
    enter(ines, page.get_by_role("button", name="Envoyer"))
    ines.reads("Je regarde cela.", "suivi par Inès Caron")
    tab_to(ines, page.get_by_role("button", name="Inviter un groupe"))
    page.keyboard.press("Enter")
    msa = page.get_by_role("checkbox", name="MSA du Val-d'Oise")
    msa.wait_for(state="visible")  # the accordion slides: nothing in it can have the focus before
    tab_to(ines, msa)
    page.keyboard.press("Space")
    assert msa.is_checked()


def demande_of(meet: Meet) -> str:
    """Amir sends the shortest demande there can be; returns its path."""
    amir = meet("amir.benali", entered="/demandes/nouvelle/")
    amir.select("Thématique de la demande", "Famille et aides sociales")
    amir.tick("CAF du Val-d'Oise")
    amir.press("Suivant")
    amir.fill("Sujet de la demande", "Aide suspendue")
    amir.fill("Prénom", "Ondine")
    amir.page.get_by_label("Nom", exact=True).fill("Quartefeuille")
    amir.fill("Date de naissance", "1985")
    amir.tick("Numéro inconnu")
    amir.tick("Oui, l'autorisation existe")
    amir.tick("De vive voix")
    amir.fill("Autorisation obtenue le", at(hours=2))
    amir.press("Suivant")
    amir.fill("Description du blocage", "Rien ne vient.")
    amir.press("Suivant")
    amir.tick("atteste")
    amir.press("Envoyer ma demande")
    return amir.page.url.removeprefix(amir.site.url)
