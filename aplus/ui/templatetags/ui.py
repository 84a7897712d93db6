"""Tags of the page skeleton: error summary, breadcrumb, badges, days and moments, forms that warn before they go."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms, template
from django.contrib.messages.storage.base import Message
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_current_timezone_name

from aplus.core import clock
from aplus.core.french import of_name
from aplus.ui.dates import LAST_HOURS, ago_label, day_label, moment_label
from aplus.ui.undo import Undo, undo_of

register = template.Library()


@dataclass(frozen=True)
class Problem:
    """One line of the error summary; without a target when no visible field is concerned."""

    text: str
    label: str
    target: str


@dataclass(frozen=True)
class Crumb:
    """One step of the breadcrumb."""

    label: str
    url: str


def problems_of(form: Any) -> list[Problem]:
    """The errors of a form, in the order of its fields, the form's own first."""
    found = [Problem(text, "", "") for text in form.errors.get(NON_FIELD_ERRORS, [])]
    for name in form.fields:
        field = form[name]
        for text in form.errors.get(name, []):
            found.append(Problem(text, "", "") if field.is_hidden else Problem(text, str(field.label), field.focus_id))
    return found


@register.inclusion_tag("ui/error_summary.html")
def error_summary(*items: Any) -> dict[str, Any]:
    """{% error_summary form %}, or several forms; nothing when there is no error. None and '' are passed over."""
    problems = [problem for form in items if isinstance(form, forms.BaseForm) for problem in problems_of(form)]
    return {"problems": problems}


@register.inclusion_tag("ui/breadcrumb.html")
def breadcrumb(*steps: Any) -> dict[str, Any]:
    """{% breadcrumb "Demandes" "/demandes/" "Demande 123" %}: pairs of label and address, then the current page."""
    *before, current = steps
    crumbs = [Crumb(str(label), str(url)) for label, url in zip(before[::2], before[1::2], strict=True)]
    return {"crumbs": crumbs, "current": current}


@register.simple_tag
def badge(label: str, kind: str = "", *, icon: bool = False, small: bool = False) -> SafeString:
    """{% badge "Urgent" "error" icon=True %}; kinds: info, success, warning, error, new, or a DSFR colour."""
    classes = ["fr-badge"]
    if kind:
        classes.append(f"fr-badge--{kind}")
    if not icon:
        classes.append("fr-badge--no-icon")
    if small:
        classes.append("fr-badge--sm")
    return format_html('<span class="{}">{}</span>', " ".join(classes), label)


@register.filter
def of(name: str) -> str:
    """{{ "Igor Lefèvre"|of }}: « d’Igor Lefèvre »."""
    return of_name(name)


@register.filter
def as_alert(level: str) -> str:
    """The DSFR alert for a level of django.contrib.messages."""
    return level if level in {"info", "success", "warning", "error"} else "info"


@register.filter
def undo(message: Message) -> Undo | None:
    """The undoing that a message offers."""
    return undo_of(message)


@register.filter(expects_localtime=True)
def day(moment: date) -> str:
    """A day, in the page's time: 1er mars 2026."""
    return day_label(moment)


@register.filter
def moment(at: datetime) -> str:
    """A moment, in the page's time: 1er mars 2026 à 14 h 05."""
    return moment_label(at, get_current_timezone_name())


@register.simple_tag
def ago(at: datetime, timezone: str = "") -> SafeString:
    """« il y a 2 heures », the moment itself in the title; « le 1er mars 2026 » beyond a month.

    For lists that lead to a page where the moment is written in full.
    """
    zone = timezone or get_current_timezone_name()
    now, exact = clock.now(), moment_label(at, zone)
    words = ago_label(at, now, zone) or f"le {day_label(at.astimezone(ZoneInfo(zone)).date())}"
    return _time(at, words, now, format_html(' title="{}"', exact))


@register.simple_tag
def moment_ago(at: datetime, timezone: str = "") -> SafeString:
    """« 1er mars 2026 à 14 h 05 (il y a 2 heures) »: the moment in full for everybody, and how far it is."""
    zone = timezone or get_current_timezone_name()
    now = clock.now()
    exact, words = moment_label(at, zone), ago_label(at, now, zone)
    shown = format_html('<time datetime="{}">{}</time>', _machine(at), exact)
    return format_html("{} ({})", shown, _time(at, words, now)) if words else shown


def _time(at: datetime, words: str, now: datetime, more: str = "") -> SafeString:
    """What is still counted in hours says its age: `ui/ago.js` counts on while the page stays open."""
    seconds = int((now - at).total_seconds())
    is_counted = seconds < LAST_HOURS and not words.startswith("le ")
    aged = format_html(' data-ago="{}"', max(seconds, 0)) if is_counted else ""
    return format_html('<time datetime="{}"{}{}>{}</time>', _machine(at), aged, more, words)


def _machine(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


@register.simple_tag
def unsaved(form: Any = None) -> SafeString:
    """On a form with texts that nothing saves: `ui/unsaved.js` warns before they are lost.

    {% unsaved form %}: shown again with errors, what it holds is not saved, though nobody types any more.
    """
    return mark_safe(f' data-unsaved="{"typed" if getattr(form, "is_bound", False) else ""}"')  # noqa: S308  two words
