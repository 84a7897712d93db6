"""The gallery of components, and the tags it shows."""

import pytest
from django.template import Context, Template

from tests.ui.markup import Page, assert_sound, page_of


def test_the_gallery_shows_errors_with_422(visit):
    response = visit(enforce_csrf_checks=False).post("/demo/composants/", {})
    assert response.status_code == 422
    page = page_of(response)
    assert_sound(page)
    assert "6 erreurs" in response.content.decode()


def test_the_gallery_accepts_what_is_right(visit):
    sent = {"text": "a", "choice": "b", "radio": "a", "ticks": ["c"], "tick": "1", "moment": "2026-07-01T08:30"}
    assert visit(enforce_csrf_checks=False).post("/demo/composants/", sent).status_code == 200


def drawn(source, **context):
    return Page(Template("{% load ui dsfr_tags %}" + source).render(Context(context)))


def test_breadcrumb_ends_with_the_current_page():
    page = drawn('{% breadcrumb "Demandes" "/demandes/" current %}', current="<Demande 12>")
    links = page.all("a")
    assert [(link.text, link.get("href")) for link in links] == [
        ("Accueil", "/"),
        ("Demandes", "/demandes/"),
        ("<Demande 12>", ""),
    ]
    assert links[-1]["aria-current"] == "page"


def test_breadcrumb_refuses_an_address_without_a_label():
    with pytest.raises(ValueError, match="zip"):
        drawn('{% breadcrumb "Demandes" "Ici" %}')


@pytest.mark.parametrize(
    ("tag", "classes"),
    [
        ('{% badge "Urgent" %}', ["fr-badge", "fr-badge--no-icon"]),
        ('{% badge "Urgent" "error" icon=True %}', ["fr-badge", "fr-badge--error"]),
        ('{% badge "Urgent" "info" small=True %}', ["fr-badge", "fr-badge--info", "fr-badge--no-icon", "fr-badge--sm"]),
    ],
)
def test_badges(tag, classes):
    badge = drawn(tag).one("span")
    assert (badge.text, badge.classes) == ("Urgent", classes)


def test_alerts_of_django_dsfr_escape_and_interrupt_only_for_errors():
    page = drawn('{% dsfr_alert type="info" title=title content=title %}', title="<b>")
    assert "role" not in page.one("div").attributes
    assert page.all("b") == []
    assert drawn('{% dsfr_alert type="error" title="Non" heading_tag="h2" %}').one("div")["role"] == "alert"


def test_stepper_says_where_one_is():
    page = drawn('{% dsfr_stepper current_step_id=4 total_steps=4 current_step_title="Envoi" %}')
    assert " ".join(page.one("h2").text.split()) == "Étape 4 sur 4 Envoi"
    assert page.all(css="fr-stepper__details") == []
