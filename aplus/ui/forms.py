"""The base of every form: DSFR rendering, errors tied to their fields, odd input refused in plain French."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.forms.boundfield import BoundWidget
from django.forms.widgets import DateTimeBaseInput
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone
from dsfr.forms import DsfrBaseForm, DsfrBoundField

from aplus.core.errors import Refused

NUL = "\x00"
NUL_MESSAGE = "Un caractère invisible a été retiré de ce champ : vérifiez-le, puis recommencez."
EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
YEAR_MESSAGE = f"L’année doit être comprise entre {EARLIEST_YEAR} et {LATEST_YEAR}."


class TickInput(forms.CheckboxInput):
    """One box that sends `1` when ticked, as contract.md says."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"value": "1", **(attrs or {})})

    def format_value(self, _value: Any) -> None:
        """Nothing: the one value is an attribute already, even when what was kept is shown again."""

    def value_from_datadict(self, data: Mapping[str, Any], _files: Any, name: str) -> bool:
        """Ticked only when what was sent says so."""
        return str(data.get(name, "")).strip().lower() in {"1", "on", "true"}


class TickField(forms.BooleanField):
    """A box to tick; `required=True` means that it must be."""

    widget = TickInput


class HintedChoices:
    """A group of options, each with its own line of help: `hints` maps a value to it."""

    def __init__(self, *, hints: Mapping[str, str] | None = None, inline: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.hints = hints or {}
        self.inline = inline


class RadioGroup(HintedChoices, forms.RadioSelect):
    """Radio buttons in a DSFR fieldset."""


class TickGroup(HintedChoices, forms.CheckboxSelectMultiple):
    """Boxes in a DSFR fieldset; grouped choices are shown under their group's name."""


class FilesInput(forms.FileInput):
    """Several files at once."""

    allow_multiple_selected = True


class MultipleFileField(forms.FileField):
    """Zero, one or several files: `cleaned_data` holds a list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each file checked as a FileField does; a required field wants at least one."""
        files = [item for item in (data if isinstance(data, list | tuple) else [data]) if item]
        if not files:
            super().clean(None, initial)
        return [super(MultipleFileField, self).clean(item, None) for item in files]


def _checked_year(value: Any) -> None:
    if isinstance(value, date) and not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
        raise forms.ValidationError(YEAR_MESSAGE, code="year")


class _PickedInput(DateTimeBaseInput):
    """A field that browsers help to fill in; what it cannot hold, once typed, is shown again as plain text."""

    picked = "date"
    format: str

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """As every input, with the type that can hold the value."""
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        widget["type"] = self.picked if self._holds(widget["value"]) else "text"
        return context

    def _holds(self, shown: str | None) -> bool:
        try:
            return not shown or f"{datetime.strptime(shown, self.format):{self.format}}" == shown  # noqa: DTZ007  text
        except ValueError:
            return False


class DayInput(_PickedInput):
    """A day."""

    format_key = "DATE_INPUT_FORMATS"


class MomentInput(_PickedInput):
    """A day and an hour."""

    format_key = "DATETIME_INPUT_FORMATS"
    picked = "datetime-local"


class IsoDateField(forms.DateField):
    """A day, typed or picked: `aaaa-mm-jj`."""

    widget = DayInput(format="%Y-%m-%d")
    input_formats = ("%Y-%m-%d",)

    def to_python(self, value: Any) -> date | None:
        """The day, within the years a computer and a person agree on."""
        day = super().to_python(value)
        _checked_year(day)
        return day


class DateTimeLocalField(forms.DateTimeField):
    """A moment `aaaa-mm-jjThh:mm` in `zone` (the territoire's; set it in the form), aware in `cleaned_data`."""

    widget = MomentInput(format="%Y-%m-%dT%H:%M")
    formats = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")

    def __init__(self, *, zone: ZoneInfo | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.zone = zone

    def to_python(self, value: Any) -> datetime | None:
        """The moment typed, read in the zone."""
        if value in self.empty_values:
            return None
        for pattern in self.formats:
            try:
                moment = datetime.strptime(str(value).strip(), pattern)  # noqa: DTZ007  the zone is put below
            except ValueError:
                continue
            _checked_year(moment)
            return moment.replace(tzinfo=self.zone or get_current_timezone())
        raise forms.ValidationError(self.error_messages["invalid"], code="invalid")

    def prepare_value(self, value: Any) -> Any:
        """An aware moment is shown in the zone."""
        return value.astimezone(self.zone or get_current_timezone()) if isinstance(value, datetime) else value


@dataclass(frozen=True)
class Option:
    """One radio button or box as a template shows it."""

    tag: SafeString
    id: str
    label: str
    hint: str


class PlainBoundField(DsfrBoundField):  # type: ignore[misc]  # django-dsfr has no types
    """A field that knows its DSFR classes, its error's id and where the error summary leads."""

    @property
    def template_name(self) -> str:
        """The DSFR shape for this field's widget."""
        chosen = self.field.template_name
        if chosen:
            return str(chosen)
        if isinstance(self.field.widget, forms.CheckboxInput):
            return "ui/fields/tick.html"
        return "ui/fields/group.html" if self.use_fieldset else "ui/fields/input.html"

    @property
    def kind(self) -> str:
        """The DSFR family: input, select, upload, radio, checkbox."""
        widget = self.field.widget
        families: tuple[tuple[Any, str], ...] = (
            (forms.CheckboxInput | forms.CheckboxSelectMultiple, "checkbox"),
            (forms.RadioSelect, "radio"),
            (forms.Select, "select"),
            (forms.FileInput, "upload"),
        )
        return next((kind for classes, kind in families if isinstance(widget, classes)), "input")

    @property
    def is_optional(self) -> bool:
        """Whether the label says so: never on boxes, nor on what the form makes compulsory by other means."""
        return not (self.field.required or self.kind == "checkbox" or self.name in self.form.compulsory)

    @property
    def is_inline(self) -> bool:
        """Options side by side."""
        return bool(getattr(self.field.widget, "inline", False))

    @property
    def focus_id(self) -> str:
        """What the error summary leads to: the control, or the first one of a group."""
        if self.use_fieldset:
            return next(
                (option.id for _, options in self.option_groups() for option in options), f"{self.auto_id}_group"
            )
        return str(self.id_for_label)

    @property
    def aria_describedby(self) -> str | None:
        """The error only: the hint is inside the label already."""
        if self.field.widget.attrs.get("aria-describedby") or self.is_hidden or not self.errors:
            return None
        return f"{self.auto_id}_error"

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """Django's attributes, with the DSFR class of the control."""
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        if self.kind in {"input", "select", "upload"} and not self.is_hidden:
            own = self.field.widget.attrs.get("class", "")
            built["class"] = f"fr-{self.kind} {own}".strip() if f"fr-{self.kind}" not in own.split() else own
        return built

    def option_groups(self) -> list[tuple[str, list[Option]]]:
        """The options under their group's name ('' outside groups)."""
        widget = self.field.widget
        hints = getattr(widget, "hints", {})
        attrs = self.build_widget_attrs({"id": self.auto_id})
        context = widget.get_context(self.html_name, self.value(), attrs)
        return [
            (
                str(group or ""),
                [
                    Option(
                        tag=BoundWidget(widget, data, self.form.renderer).tag(),
                        id=data["attrs"]["id"],
                        label=data["label"],
                        hint=hints.get(str(data["value"]), ""),
                    )
                    for data in options
                ],
            )
            for group, options, _ in context["widget"]["optgroups"]
        ]


class PlainForm(DsfrBaseForm):  # type: ignore[misc]  # django-dsfr has no types
    """The base of every form.

    `compulsory` names fields that are not `required` for Django but that the screen asks for (their label does not say
    "facultatif"). `id_prefix` keeps ids apart when several forms of a page have fields of the same name.
    """

    template_name = "ui/fields/form.html"
    bound_field_class = PlainBoundField
    compulsory: ClassVar[frozenset[str]] = frozenset()
    id_prefix: ClassVar[str] = "id"

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{self.id_prefix}_%s")
        self._with_nul: set[str] = set()
        super().__init__(self._without_nul(data), files, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("dsfr", None)  # django-dsfr marks groups with an attribute HTML does not know

    def get_context(self) -> dict[str, Any]:
        """Django's context: django-dsfr's own adds a transitional warning and nothing that is used here."""
        context: dict[str, Any] = forms.Form.get_context(self)
        return context

    def _without_nul(self, data: Any) -> Any:
        """The same data without NUL characters, which PostgreSQL cannot store; their fields are remembered."""
        pairs = list(_pairs(data))
        self._with_nul = {name for name, values in pairs if any(NUL in value for value in values)}
        if not self._with_nul:
            return data
        clean = QueryDict(mutable=True)
        for name, values in pairs:
            clean.setlist(name, [value.replace(NUL, "") for value in values])
        return clean

    def _clean_form(self) -> None:
        super()._clean_form()
        for name in self.fields:
            if self.add_prefix(name) in self._with_nul:
                self.add_error(name, NUL_MESSAGE)

    def refuse(self, refused: Refused) -> None:
        """Show what a service refused, on the fields it names (elsewhere on the whole form)."""
        for name, texts in refused.problems.items():
            for text in texts:
                self.add_error(name if name in self.fields else None, text)


def _pairs(data: Any) -> Iterator[tuple[str, list[str]]]:
    if isinstance(data, QueryDict):
        yield from ((name, [str(value) for value in values]) for name, values in data.lists())
    elif isinstance(data, Mapping):
        for name, value in data.items():
            values: Iterable[Any] = value if isinstance(value, list | tuple) else [value]
            yield name, [str(item) for item in values]
