"""The usager's identifiers: checked as typed, masked, grouped to be read aloud (demandes.md §4, step 2)."""

import re
import unicodedata
from collections.abc import Callable

from stdnum.fr import nir as stdnum_nir

_NIR_LENGTH = 13
_NIR_WITH_KEY_LENGTH = 15
_NIR = re.compile(r"[123478][0-9]{4}(?:[0-9]{2}|2A|2B)[0-9]{6}")
_NUMERO_FISCAL = re.compile(r"[0-9]{13}")
_NUMERO_CAF = re.compile(r"[0-9]{7}[A-Z]?")
# Spaces, dots and every hyphen, with the invisible signs that come along with a copied number.
_TOLERATED = re.compile(r"[\s.\-\u2010-\u2015\u200b-\u200d\u2060\ufeff]+")
_CLEAR_SIGNS = 3


def _compact(text: str) -> str:
    """The signs that count, upper case, in plain digits even from a full-width keyboard."""
    return _TOLERATED.sub("", unicodedata.normalize("NFKC", text)).upper()


def parse_nir(text: str) -> str:
    """A numéro de sécurité sociale of 13 signs, or 15 with its key, which is checked and dropped."""
    signs = _compact(text)
    number, key = signs[:_NIR_LENGTH], signs[_NIR_LENGTH:]
    if len(signs) not in (_NIR_LENGTH, _NIR_WITH_KEY_LENGTH):
        raise ValueError(
            "Le numéro de sécurité sociale compte 13 signes, ou 15 avec la clé : "
            f"vous en avez saisi {len(signs)}. Vérifiez-le sur la carte Vitale ou sur une attestation de droits."
        )
    if not _NIR.fullmatch(number):
        raise ValueError(
            "Le numéro de sécurité sociale commence par 1, 2, 3, 4, 7 ou 8 et ne contient que des chiffres "
            "(sauf 2A ou 2B pour la Corse) : corrigez le numéro saisi."
        )
    if key and key != stdnum_nir.calc_check_digits(number):
        raise ValueError(
            "La clé (les deux derniers chiffres) ne correspond pas à ce numéro de sécurité sociale : "
            "relisez le numéro, ou saisissez-le sans la clé."
        )
    return number


def parse_numero_fiscal(text: str) -> str:
    """A numéro fiscal of 13 digits."""
    signs = _compact(text)
    if not _NUMERO_FISCAL.fullmatch(signs):
        raise ValueError(
            "Le numéro fiscal compte 13 chiffres : recopiez-le depuis un avis d'impôt ou une déclaration de revenus."
        )
    return signs


def parse_numero_caf(text: str) -> str:
    """A numéro d'allocataire CAF of 7 digits and an optional letter."""
    signs = _compact(text)
    if not _NUMERO_CAF.fullmatch(signs):
        raise ValueError(
            "Le numéro d'allocataire CAF compte 7 chiffres, parfois suivis d'une lettre : "
            "recopiez-le depuis un courrier ou l'espace personnel de la CAF."
        )
    return signs


# By the names under which organismes say what they need (organismes.csv) and forms send it.
PARSERS: dict[str, Callable[[str], str]] = {
    "nir": parse_nir,
    "numero_caf": parse_numero_caf,
    "numero_fiscal": parse_numero_fiscal,
}

_GROUPS = {
    "nir": (1, 2, 2, 2, 3, 3),
    "numero_caf": (1, 3, 3, 1),
    "numero_fiscal": (2, 2, 3, 3, 3),
}


def mask(value: str) -> str:
    """All but the last three signs hidden; a value too short to hide anything is hidden whole."""
    clear = value[-_CLEAR_SIGNS:] if len(value) > _CLEAR_SIGNS else ""
    return "•" * (len(value) - len(clear)) + clear


def display(field: str, value: str) -> str:
    """A stored value in the groups people read aloud: "1 85 05 78 006 084"."""
    groups = []
    for size in _GROUPS[field]:
        groups.append(value[:size])
        value = value[size:]
    return " ".join(group for group in groups if group)
