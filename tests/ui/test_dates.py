"""Relative dates: how far, the moment itself for whoever wants it, nothing that an open page would make false."""

from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template

from aplus.core import clock
from aplus.ui.dates import ago_label
from tests.ui.markup import Page

# Sunday 22 November 2026, 09:30 in Paris, 12:30 in La Réunion.
NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)


def drawn(source, **context):
    with clock.at(NOW):
        return Page(Template("{% load ui %}" + source).render(Context(context)))


@pytest.mark.parametrize(
    ("back", "words"),
    [
        (timedelta(0), "à l’instant"),
        (timedelta(seconds=59), "à l’instant"),
        (timedelta(seconds=-5), "à l’instant"),
        (timedelta(minutes=1), "il y a 1\u00a0minute"),
        (timedelta(minutes=59, seconds=59), "il y a 59\u00a0minutes"),
        (timedelta(hours=1), "il y a 1\u00a0heure"),
        # Across midnight, hours still say more than « hier ».
        (timedelta(hours=11, minutes=59), "il y a 11\u00a0heures"),
        (timedelta(hours=12), "hier"),
        (timedelta(days=1, hours=9), "hier"),
        (timedelta(days=1, hours=9, minutes=31), "il y a 2\u00a0jours"),
        (timedelta(days=31), "il y a 31\u00a0jours"),
        (timedelta(days=32), ""),
        (timedelta(days=-1), ""),
    ],
)
def test_how_long_ago(back, words):
    assert ago_label(NOW - back, NOW, "Europe/Paris") == words


def test_days_are_those_of_the_place():
    at = NOW - timedelta(hours=13)  # 20:30 the day before in Paris, 23:30 in La Réunion, 15:30 of the same day nowhere
    assert ago_label(at, NOW, "Europe/Paris") == "hier"
    assert ago_label(at, NOW, "Indian/Reunion") == "hier"
    # In the evening of Papeete (22:30) the same thirteen hours stay within the day.
    assert ago_label(at, NOW, "Pacific/Tahiti") == "il y a 13\u00a0heures"


def test_a_list_says_how_far_and_its_title_the_moment():
    time = drawn("{% ago at %}", at=NOW - timedelta(days=3)).one("time")
    assert time.text == "il y a 3\u00a0jours"
    assert (time["datetime"], time["title"]) == ("2026-11-19T08:30Z", "19 novembre 2026 à\u00a09\u00a0h\u00a030")
    assert time.get("data-ago") == ""
    old = drawn('{% ago at "Indian/Reunion" %}', at=NOW - timedelta(days=90)).one("time")
    assert (old.text, old["title"]) == ("le 24 août 2026", "24 août 2026 à\u00a012\u00a0h\u00a030")


def test_a_page_writes_the_moment_in_full_for_everybody():
    page = drawn("<p>{% moment_ago at %}</p>", at=NOW - timedelta(hours=2))
    assert page.one("p").text == "22 novembre 2026 à\u00a07\u00a0h\u00a030 (il y a 2\u00a0heures)"
    assert [one.get("data-ago") for one in page.all("time")] == ["", "7200"]
    assert (
        drawn("<p>{% moment_ago at %}</p>", at=NOW - timedelta(days=90))
        .one("p")
        .text.endswith("2026 à\u00a010\u00a0h\u00a030")
    )


@pytest.mark.parametrize(
    ("back", "age"), [(timedelta(0), "0"), (timedelta(hours=5), "18000"), (timedelta(hours=13), "")]
)
def test_only_what_is_counted_in_hours_is_counted_on(back, age):
    assert drawn("{% ago at %}", at=NOW - back).one("time").get("data-ago") == age


def test_a_form_shown_again_says_that_what_it_holds_is_nowhere_else():
    class Shown:
        is_bound = True

    assert drawn("<form{% unsaved %}></form>").one("form")["data-unsaved"] == ""
    assert drawn("<form{% unsaved form %}></form>", form=None).one("form")["data-unsaved"] == ""
    assert drawn("<form{% unsaved form %}></form>", form=Shown()).one("form")["data-unsaved"] == "typed"
