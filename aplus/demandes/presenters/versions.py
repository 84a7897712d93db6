"""Two versions of one step, or of one reply, side by side: what differs, in the words of the form."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django import forms

from aplus.demandes.forms.new import StepForm
from aplus.demandes.queries.drafts import OpenedDraft
from aplus.demandes.rules.checks import info_pairs
from aplus.demandes.rules.steps import Raw, Step, Typed
from aplus.ui.forms import PlainForm, TickField

INFOS = ("info_nom", "info_valeur")


@dataclass(frozen=True)
class Difference:
    """One field that two versions do not hold alike."""

    label: str
    shown: str
    other: str


@dataclass(frozen=True)
class VersionBox:
    """Another version than the one in the form; `page` names it, None when it is the saved one."""

    page: str | None
    at: datetime
    differences: list[Difference]


def boxes(form: StepForm, draft: OpenedDraft, step: Step, shown: Raw) -> list[VersionBox]:
    """The versions of a step that are not the one in its form."""
    saved = draft.steps.get(step, {})
    found = []
    differences = compared(form, shown, saved)
    asides = draft.asides.get(step, ())
    if differences and asides:
        found.append(VersionBox(None, draft.updated_at, differences))
    for aside in asides:
        differences = compared(form, shown, aside.raw)
        if differences:
            found.append(VersionBox(aside.page, datetime.fromisoformat(aside.at), differences))
    return found


def compared(form: PlainForm, shown: Raw, other: Raw) -> list[Difference]:
    """The fields of the form that differ."""
    one, two = Typed(shown), Typed(other)
    found = [
        Difference(str(field.label), _value(field, one, name), _value(field, two, name))
        for name, field in form.fields.items()
        if name not in INFOS and not isinstance(field, forms.FileField)
    ]
    found.append(Difference("Autres informations", _infos(one), _infos(two)))
    return [difference for difference in found if difference.shown != difference.other]


def _value(field: forms.Field, typed: Typed, name: str) -> str:
    if isinstance(field, TickField):
        return "oui" if typed.ticked(name) else ""
    if isinstance(field, forms.ChoiceField):
        labels = dict(_flat(cast("Iterable[tuple[object, object]]", field.choices)))
        return "\n".join(labels.get(value, value) for value in typed.all(name) if value)
    return typed.text(name)


def _flat(choices: Iterable[tuple[object, object]]) -> Iterable[tuple[str, str]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(value), str(label)


def _infos(typed: Typed) -> str:
    return "\n".join(f"{name} : {value}" for name, value in info_pairs(typed))
