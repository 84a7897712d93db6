"""Fields of the acts: posted ids, named information."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict

from aplus.core.errors import Unknown
from aplus.ui.forms import TickGroup

MOST_INFOS = 20
INFO_NAME, INFO_VALUE = 60, 500


def read_id(value: str) -> UUID:
    """One posted id; a malformed one is nobody's."""
    try:
        return UUID(value)
    except ValueError:
        raise Unknown from None


class TypedTextField(forms.CharField):
    """Text of several lines; a line break is one sign, as the browser's own limit counts it."""

    def to_python(self, value: Any) -> str:
        """The text with plain line breaks."""
        return str(super().to_python(value)).replace("\r\n", "\n").strip()


class IdsField(forms.MultipleChoiceField):
    """Ticked ids. The service knows which may be chosen: another one is a 404, not an error to mend."""

    widget = TickGroup

    def clean(self, value: Any) -> list[UUID]:
        """The ids, each once."""
        return list(dict.fromkeys(read_id(item) for item in value or []))


class IdField(forms.ChoiceField):
    """One chosen id, or none."""

    def clean(self, value: Any) -> UUID | None:
        """The id; nothing chosen is an error only when the field is required."""
        if not value:
            if self.required:
                raise forms.ValidationError(self.error_messages["required"], code="required")
            return None
        return read_id(str(value))


def read_infos(data: QueryDict) -> tuple[list[tuple[str, str]], list[str]]:
    """The pairs `info_nom`, `info_valeur` in order, and what is wrong with them; empty pairs are passed over."""
    names, values = data.getlist("info_nom"), data.getlist("info_valeur")
    length = max(len(names), len(values))
    pairs = [
        (name.replace("\x00", "").strip(), value.replace("\x00", "").strip())
        for name, value in zip(_padded(names, length), _padded(values, length), strict=True)
        if name.strip() or value.strip()
    ]
    return pairs, _problems(pairs)


def _padded(items: Sequence[str], length: int) -> list[str]:
    return [*items, *[""] * (length - len(items))]


def _problems(pairs: Sequence[tuple[str, str]]) -> list[str]:
    problems = []
    if len(pairs) > MOST_INFOS:
        problems.append(f"Donnez au plus {MOST_INFOS} informations ; le reste peut aller dans le texte.")
    for name, value in pairs:
        if not name:
            problems.append(f"Nommez l’information « {value[:40]} ».")
        elif not value:
            problems.append(f"Complétez l’information « {name[:40]} », ou effacez son nom.")
        if len(name) > INFO_NAME:
            problems.append(f"Le nom « {name[:40]}… » dépasse {INFO_NAME} signes : raccourcissez-le.")
        if len(value) > INFO_VALUE:
            problems.append(f"L’information « {name[:40]} » dépasse {INFO_VALUE} signes : raccourcissez-la.")
    return problems
