"""Tags of the page skeleton: error summary, breadcrumb, badges, waits."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms, template
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.timezone import get_current_timezone_name

from aplus.core.french import of_name
from aplus.ui.dates import day_label, moment_label

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


@register.inclusion_tag("ui/badge.html")
def badge(label: str, kind: str = "", *, icon: bool = False, small: bool = False) -> dict[str, Any]:
    """{% badge "Urgent" "error" icon=True %}; kinds: info, success, warning, error, new, or a DSFR colour."""
    classes = ["fr-badge"]
    if kind:
        classes.append(f"fr-badge--{kind}")
    if not icon:
        classes.append("fr-badge--no-icon")
    if small:
        classes.append("fr-badge--sm")
    return {"label": label, "classes": " ".join(classes)}


@register.filter
def of(name: str) -> str:
    """{{ "Igor Lefèvre"|of }}: « d’Igor Lefèvre »."""
    return of_name(name)


@register.filter
def as_alert(level: str) -> str:
    """The DSFR alert for a level of django.contrib.messages."""
    return level if level in {"info", "success", "warning", "error"} else "info"


@register.filter(expects_localtime=True)
def day(moment: date) -> str:
    """A day, in the page's time: 1er mars 2026."""
    return day_label(moment)


@register.filter
def moment(at: datetime) -> str:
    """A moment, in the page's time: 1er mars 2026 à 14 h 05."""
    return moment_label(at, get_current_timezone_name())
