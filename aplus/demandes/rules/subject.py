"""Personal data in a subject, which is read by people who have no right to the content (demandes.md §4, step 2)."""

import re
import unicodedata

import phonenumbers
from stdnum import iban

from aplus.core.text import fold

_GAP = r"[\s.\-\u2010-\u2015]{0,3}"
_PHONE_GAP = r"[\s.\-\u2010-\u2015/]{0,3}"
# Two dates side by side look like a phone number.
_DATE = re.compile(r"(?<![0-9])[0-9]{1,2}([/.\-])[0-9]{1,2}\1(?:19|20)[0-9]{2}(?![0-9]|\1[0-9])")
_NIR = re.compile(
    rf"(?<![0-9])[123478](?:{_GAP}[0-9]){{4}}{_GAP}(?:[0-9]{_GAP}[0-9]|2{_GAP}[AB])(?:{_GAP}[0-9]){{6}}"
    rf"(?:(?:{_GAP}[0-9]){{2}})?(?![0-9])",
    re.IGNORECASE,
)
# Ten digits from 01 to 09: the form of every number of France and of the overseas that dial like it.
_PHONE = re.compile(rf"(?<![0-9])0{_PHONE_GAP}[1-9](?:{_PHONE_GAP}[0-9]){{8}}(?![0-9])")
_EMAIL = re.compile(r"[^\s@]\s?@\s?[^\s@]+?\s?\.\s?[^\s@.]{2,}")
_IBAN = re.compile(r"(?<![0-9A-Z])[A-Z]{2}[\s.\-]?[0-9]{2}(?:[\s.\-]?[0-9A-Z]){11,33}", re.IGNORECASE)
_FRENCH_IBAN = re.compile(r"FR[0-9]{12}[0-9A-Z]{11}[0-9]{2}")
_IBAN_LENGTHS = range(15, 35)
_WORD = re.compile(r"[^\W_]+")

_MIN_NAME = 2
_MIN_PART_OF_NAME = 3
# Parts of compound names that are also plain words, or half of the names of France.
_PARTICLES = frozenset(
    {"abd", "aux", "ben", "bin", "bint", "dal", "del", "della", "den", "der", "des", "dit", "dos", "les", "ould"}
    | {"saint", "sainte", "san", "van", "von"}
)

_EXPLANATIONS = {
    "nir": "un numéro de sécurité sociale",
    "phone": "un numéro de téléphone",
    "email": "une adresse e-mail",
    "iban": "un IBAN",
}


def personal_data_in(subject: str) -> list[str]:
    """One French explanation per kind of personal data found: NIR, phone number, e-mail, IBAN."""
    text = _plain(subject)
    found = {
        "nir": bool(_NIR.search(text)),
        "phone": bool(_PHONE.search(text)) or any(phonenumbers.PhoneNumberMatcher(text, "FR")),
        "email": bool(_EMAIL.search(text)),
        "iban": _has_iban(text),
    }
    return [
        f"Le sujet contient {_EXPLANATIONS[kind]} : retirez-le, les champs de la personne et la description "
        "sont là pour cela."
        for kind, is_there in found.items()
        if is_there
    ]


def somebodys_numbers_in(text: str) -> list[str]:
    """What is somebody's wherever it stands, unlike the phone number of an office: a NIR, an IBAN."""
    plain = _plain(text)
    found = {"nir": bool(_NIR.search(plain)), "iban": _has_iban(plain)}
    return [_EXPLANATIONS[kind] for kind, is_there in found.items() if is_there]


def _plain(text: str) -> str:
    return _DATE.sub("|", unicodedata.normalize("NFKC", text))


def _has_iban(text: str) -> bool:
    return any(_is_iban(match[0]) for match in _IBAN.finditer(text))


def _is_iban(candidate: str) -> bool:
    """A French IBAN by its shape, even mistyped; another one by its country's length and its key.

    What follows it in the sentence may be in the candidate: each length is tried.
    """
    signs = re.sub(r"[^0-9A-Z]", "", candidate.upper())
    if _FRENCH_IBAN.match(signs):
        return True
    return any(iban.is_valid(signs[:length], check_country=False) for length in _IBAN_LENGTHS)


def names_in(subject: str, *names: str) -> list[str]:
    """Which of these names (as typed) the subject holds as whole words, accents and case aside.

    A compound name is found whole, however it is joined, or by one of its parts, particles aside.
    """
    words = _WORD.findall(fold(subject))
    text = f" {' '.join(words)} "
    present = set(words)
    found = []
    for name in names:
        parts = _WORD.findall(fold(name))
        whole = " ".join(parts)
        is_whole_there = len(whole) >= _MIN_NAME and f" {whole} " in text
        if is_whole_there or any(_tells(part) and part in present for part in parts):
            found.append(name)
    return list(dict.fromkeys(found))


def _tells(part: str) -> bool:
    """This part of a name, alone, says who it is."""
    return len(part) >= _MIN_PART_OF_NAME and part not in _PARTICLES
