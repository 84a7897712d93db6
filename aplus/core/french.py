"""Small rules of French, for names that come from data."""

import unicodedata

VOWELS = "aeiouœæ"


def of_name(name: str) -> str:
    """« d’Igor Lefèvre », « de Rémi Garnier »."""
    first = unicodedata.normalize("NFD", name).casefold()[:1]
    return f"d’{name}" if first and first in VOWELS else f"de {name}"
