"""Nothing typed is lost: a killed tab, an ended session, a lost connection, two tabs, files sent one by one."""

from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Meet
from tests.browser.person import Person
from tests.browser.test_keyboard import demande_of

pytestmark = pytest.mark.browser

STORY = "Le dossier est suspendu depuis mars."
SAVED = "Enregistré à"
WAIT = 15_000


def state(page: Page, name: str = "saisie-etat") -> object:
    """What the page says of what is typed."""
    return page.locator(f"form[data-saisie] [data-{name}]")


SENT: dict[str, str] = {}


def one_demande(meet: Meet) -> str:
    """The same for all the tests of this file: nobody may sign in many times in a quarter of an hour."""
    return SENT.get("path") or SENT.setdefault("path", demande_of(meet))


def third_step(meet: Meet, name: str) -> Person:
    """This person on step 3 of a draft of their own."""
    person = meet(name, entered="/demandes/nouvelle/")
    person.select("Thématique de la demande", "Famille et aides sociales")
    person.tick("CAF du Val-d'Oise")
    person.press("Enregistrer le brouillon")
    person.open(person.page.url.replace("organismes", "blocage"))
    return person


def type_at_the_end(page: Page, label: str, text: str) -> None:
    """Key by key, as people do, after what is there."""
    page.get_by_label(label).press("Control+End")
    page.get_by_label(label).press_sequentially(text)


def type_in(page: Page, label: str, text: str) -> None:
    """The same, and wait until it is said to be saved."""
    type_at_the_end(page, label, text)
    expect(state(page)).to_contain_text(SAVED, timeout=WAIT)


def test_a_killed_tab(meet: Meet) -> None:
    """Typed, never sent: there again in a new tab; left in the middle of a word: saved on leaving."""
    rachel = third_step(meet, "rachel.moreau")
    page = rachel.page
    type_in(page, "Description du blocage", STORY)
    assert state(page, "saisie-annonce").inner_text() == "Enregistré"
    rachel.check()
    again = page.context.new_page()
    address = page.url
    page.close(run_before_unload=False)
    again.goto(address)
    assert again.get_by_label("Description du blocage").input_value() == STORY
    type_at_the_end(again, "Description du blocage", " Et trois mots.")
    again.goto("/aide/")
    again.goto(address)
    assert again.get_by_label("Description du blocage").input_value() == f"{STORY} Et trois mots."


@pytest.mark.parametrize("place", ["draft", "reply"])
def test_an_ended_session(meet: Meet, place: str) -> None:
    """The text stays on the screen; a new sign-in, apart, and it is saved; the form of the old page still leaves."""
    if place == "draft":
        alice, label = third_step(meet, "chloe.dubois"), "Description du blocage"
    else:
        alice, label = meet("ines.caron", entered=one_demande(meet)), "Votre message"
    page, context = alice.page, alice.page.context
    cookies = context.cookies()
    context.clear_cookies()
    page.get_by_label(label).press_sequentially(STORY)
    expect(state(page)).to_contain_text("votre session est terminée", timeout=WAIT)
    alice.watch.complaints.clear()  # the browser says that it was not let in
    alice.check()
    # Sending now would lose it: the page stays.
    page.get_by_role("button", name="Suivant" if place == "draft" else "Envoyer").first.click()
    page.wait_for_timeout(500)
    assert page.get_by_label(label).input_value() == STORY
    with context.expect_page() as opened:
        state(page).get_by_role("link", name="reconnectez-vous").click()
    other = Person(opened.value, alice.site, alice.email)
    other.sign_in()
    assert {one["value"] for one in context.cookies()}.isdisjoint(one["value"] for one in cookies)
    other.page.close()
    expect(state(page)).to_contain_text(SAVED, timeout=WAIT)
    alice.press("Suivant" if place == "draft" else "Envoyer")
    if place == "draft":
        assert page.url.endswith("/envoi/")
    alice.reads(STORY)


def test_a_lost_connection(meet: Meet) -> None:
    """Said, tried again, and leaving is warned of only meanwhile."""
    alice = third_step(meet, "alice.martin")
    page = alice.page
    page.context.set_offline(offline=True)
    page.get_by_label("Description du blocage").press_sequentially(STORY)
    expect(state(page)).to_contain_text("connexion perdue", timeout=WAIT)
    assert warns(page)
    page.context.set_offline(offline=False)
    expect(state(page)).to_contain_text(SAVED, timeout=WAIT)
    assert not warns(page)


def warns(page: Page) -> bool:
    """Whether leaving now would ask first."""
    return bool(page.evaluate("!dispatchEvent(new Event('beforeunload', {cancelable: true}))"))


def test_two_tabs_on_a_step(meet: Meet) -> None:
    """The second is told, and both versions are there to choose from."""
    alice = third_step(meet, "alice.martin")
    first, second = alice.page, alice.page.context.new_page()
    second.goto(first.url)
    type_in(first, "Description du blocage", "Du premier onglet")
    second.get_by_label("Description du blocage").press_sequentially("Du second onglet")
    expect(state(second)).to_contain_text("modifiée ailleurs", timeout=WAIT)
    alice.open(first.url)
    alice.reads("Deux versions de cette étape", "Du second onglet")
    assert first.get_by_label("Description du blocage").input_value() == "Du premier onglet"
    alice.check()
    alice.press("Reprendre cette saisie")
    assert first.get_by_label("Description du blocage").input_value() == "Du second onglet"


def test_a_reply_taken_up_later_and_in_two_tabs(meet: Meet) -> None:
    """What the box held is there again, for its author only; gone once it is sent."""
    path = one_demande(meet)
    igor = meet("igor.lefevre", entered=path)
    page = igor.page
    igor.tick("Je prends cette demande")
    type_in(page, "Votre message", "Je regarde cela")
    igor.open("/demandes/")
    igor.open(path)
    assert page.get_by_label("Votre message").input_value() == "Je regarde cela"
    assert page.get_by_role("radio", name="Je prends cette demande").is_checked()
    second = page.context.new_page()
    second.goto(path)
    type_at_the_end(page, "Votre message", " demain")
    expect(state(page)).to_contain_text(SAVED, timeout=WAIT)
    type_at_the_end(second, "Votre message", " lundi")
    expect(state(second)).to_contain_text("gardé à part", timeout=WAIT)
    second.close()
    igor.press("Envoyer")
    igor.reads("Je regarde cela demain", "Un autre texte, gardé à part", "Je regarde cela lundi")
    igor.check()
    igor.press("Effacer ce texte")
    igor.does_not_read("lundi")
    assert page.get_by_label("Votre message").input_value() == ""


def slow(asked: list[str]) -> Callable[[Route], None]:
    """A network that loses the first sending of each file."""

    def handle(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.abort()
        else:
            route.continue_()

    return handle


def test_files_leave_one_by_one(meet: Meet, papers: dict[str, Path]) -> None:
    """With what became of each; one that is refused does not take the others away; one that was lost is tried again."""
    path = one_demande(meet)
    remi = meet("remi.garnier", entered=path)
    page = remi.page
    asked: list[str] = []
    page.route("**/fichiers/", slow(asked))
    remi.attach("Pièces jointes", papers["courrier.txt"], papers["programme.exe"], papers["attestation.pdf"])
    lines = page.get_by_role("list", name="Fichiers envoyés").get_by_role("listitem")
    expect(lines.nth(0)).to_contain_text("connexion perdue", timeout=WAIT)
    expect(lines.nth(1)).to_contain_text("« programme.exe »")
    expect(lines.nth(2).get_by_role("link", name="attestation.pdf")).to_be_visible()
    remi.watch.complaints.clear()  # the browser says that a request was lost
    remi.check()
    lines.nth(0).get_by_role("button", name="Réessayer").click()
    expect(lines.nth(0).get_by_role("link", name="courrier.txt")).to_be_visible()
    lines.nth(2).get_by_role("button", name="Retirer").click()
    expect(page.get_by_role("link", name="attestation.pdf")).to_have_count(0)
    expect(state(page)).to_contain_text(SAVED, timeout=WAIT)
    remi.open(path)
    assert page.get_by_role("checkbox", name="courrier.txt").is_checked()
    remi.press("Envoyer")
    thread = page.locator(".demande-thread")
    expect(thread.get_by_role("link", name="courrier.txt").last).to_be_visible()
    assert thread.get_by_role("link", name="attestation.pdf").count() == 0


PHOTO = """async () => {
    const canvas = document.createElement("canvas");
    canvas.width = 3000; canvas.height = 2000;
    const drawing = canvas.getContext("2d"), pixels = drawing.createImageData(3000, 2000);
    let seed = 7;
    for (let i = 0; i < pixels.data.length; i += 1) {
        seed = (seed * 1103515245 + 12345) & 0x7fffffff;
        pixels.data[i] = i % 4 === 3 ? 255 : (i / 12000) % 200 + seed % 50;
    }
    drawing.putImageData(pixels, 0, 0);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 1));
    const bytes = new Uint8Array(await blob.arrayBuffer());
    let text = "";
    for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
    return btoa(text);
}"""


def test_a_large_photo_is_made_smaller_before_it_leaves(meet: Meet, tmp_path: Path) -> None:
    """In step 3: its long side fits, it weighs less, it is kept with the draft."""
    alice = third_step(meet, "rachel.moreau")
    page = alice.page
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b64decode(page.evaluate(PHOTO)))
    assert photo.stat().st_size > 2 * 1024 * 1024
    with page.expect_response("**/fichiers/", timeout=60_000) as answered:
        alice.attach("Ajouter des pièces jointes", photo)
    assert answered.value.status == 200
    assert answered.value.json()["taille"] < photo.stat().st_size
    expect(page.get_by_role("link", name="photo.jpg")).to_be_visible()
    alice.press("Suivant", status=422)
    alice.reads("photo.jpg")
    alice.press("Précédent")


def test_a_form_pressed_while_its_files_leave_waits_for_them(meet: Meet, papers: dict[str, Path]) -> None:
    """The message leaves once, with its file."""
    ines = meet("ines.caron", entered=one_demande(meet))
    page = ines.page
    page.route("**/fichiers/", lambda route: (page.wait_for_timeout(800), route.continue_()))
    ines.fill("Votre message", "Voici le courrier.")
    ines.attach("Pièces jointes", papers["courrier.txt"])
    ines.press("Envoyer")
    ines.reads("Voici le courrier.", "courrier.txt")
    assert page.locator(".demande-message", has_text="Voici le courrier.").count() == 1
