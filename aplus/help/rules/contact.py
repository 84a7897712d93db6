"""What one may write to the team about, how often, how long it is kept."""

import re
from datetime import timedelta
from enum import StrEnum

from aplus.accounts.rules.entering import Limit
from aplus.demandes.rules.subject import somebodys_numbers_in

KEPT = timedelta(days=365)
PER_HOUR = (Limit(5, timedelta(hours=1)),)
MAX_TEXT = 5000
# Thirteen digits, grouped or not: a NIR without its key has its own shape, what is left is a numéro fiscal.
_THIRTEEN = re.compile(r"(?<![0-9])(?<![0-9][ .\u00a0])[0-9](?:[ .\u00a0]?[0-9]){12}(?![ .\u00a0]?[0-9])")


def numbers_in(text: str) -> list[str]:
    """What tells who somebody is, in words: a NIR, an IBAN, a numéro fiscal."""
    found = somebodys_numbers_in(text)
    return found or (["un numéro fiscal"] if _THIRTEEN.search(text) else [])


class Subject(StrEnum):
    """The subjects of the form, as its address and its field name them; `label` is what people read."""

    SIGN_IN = "connexion"
    JOIN_PUBLIC = "rejoindre-public"
    JOIN_TEAMS = "rejoindre-equipes"
    JOIN_ORGANISME = "rejoindre-organisme"
    PROBLEM = "probleme"
    RIGHTS = "donnees"
    OTHER = "autre"

    @property
    def label(self) -> str:
        """What people read."""
        return _LABELS[self]

    @classmethod
    def named(cls, value: str) -> "Subject | None":
        """The subject of this value; None when there is none."""
        return next((one for one in cls if one.value == value), None)


_LABELS = {
    Subject.SIGN_IN: "Je n’arrive pas à me connecter",
    Subject.JOIN_PUBLIC: "Rejoindre A+ : j’accueille ou j’accompagne le public",
    Subject.JOIN_TEAMS: "Rejoindre A+ : je dirige une ou plusieurs équipes",
    Subject.JOIN_ORGANISME: "Rejoindre A+ : je travaille dans un organisme public",
    Subject.PROBLEM: "Signaler un problème",
    Subject.RIGHTS: "Exercer mes droits sur mes données",
    Subject.OTHER: "Autre sujet",
}
