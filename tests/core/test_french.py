"""Names inside French sentences."""

import pytest

from aplus.core.french import of_name


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Igor Lefèvre", "d’Igor Lefèvre"),
        ("Élise Faure", "d’Élise Faure"),
        ("Œdipe", "d’Œdipe"),
        ("Rémi Garnier", "de Rémi Garnier"),
        ("", "de "),
    ],
)
def test_de_loses_its_vowel_before_another(name, said):
    """Accents and capitals aside."""
    assert of_name(name) == said
