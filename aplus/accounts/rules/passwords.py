"""Pure rules of passwords: how long, how hard to guess, and never close to one's own name or address."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

from zxcvbn import zxcvbn

from aplus.core.text import fold

SHORTEST, LONGEST = 12, 128
# On zxcvbn's scale of 0 to 4: safely hard to guess, even for who has stolen the hash.
GOOD_SCORE = 3
# As far as zxcvbn reads; what follows can only make a password harder.
READ = 72
# What is tried first here, and that its English lists do not hold.
USUAL = (
    *("administration", "administrationplus", "aplus", "france", "franceservices", "service", "public"),
    *("motdepasse", "motpasse", "bonjour", "bienvenue", "azerty", "azertyuiop", "qsdfghjklm", "wxcvbn"),
    *("soleil", "chouchou", "doudou", "loulou", "jetaime", "marseille", "paris", "conseiller", "mairie"),
)
# Of a name: shorter words are in too many others.
WORD = 4
# Without the person's own words, a password must still be worth something.
LEFT = 8
ALIKE = 0.7
INVISIBLE = frozenset({"Cc", "Cs", "Co", "Cn"})

TOO_SHORT = f"Ce mot de passe est trop court\u00a0: il lui faut au moins {SHORTEST} caractères."
TOO_LONG = f"Ce mot de passe est trop long\u00a0: {LONGEST} caractères suffisent."
UNREADABLE = "Ce mot de passe contient un caractère invisible\u00a0: saisissez-le à nouveau."
TOO_CLOSE = (
    "Ce mot de passe ressemble trop à votre nom ou à votre adresse\u00a0: choisissez des mots sans rapport avec vous."
)
TOO_COMMON = (
    "Ce mot de passe se devine trop vite\u00a0: prenez par exemple quatre mots sans lien entre eux, "
    "ou celui que propose votre gestionnaire de mots de passe."
)


def normal(password: str) -> str:
    """The same password whatever the keyboard that typed its accents, always writable in UTF-8."""
    return unicodedata.normalize("NFKC", password.encode("utf-8", "replace").decode())


def problem(password: str, *, own: Iterable[str]) -> str:
    """What is wrong with it, and what to do, in French; '' when it is good. `own`: the person's names and address."""
    if any(unicodedata.category(sign) in INVISIBLE for sign in password):
        return UNREADABLE
    typed = normal(password)
    if len(typed) < SHORTEST:
        return TOO_SHORT
    if len(typed) > LONGEST:
        return TOO_LONG
    words = own_words(own)
    if is_close(typed, words):
        return TOO_CLOSE
    score: int = zxcvbn(typed[:READ], user_inputs=[*words, *USUAL])["score"]
    return "" if score >= GOOD_SCORE else TOO_COMMON


def own_words(own: Iterable[str]) -> list[str]:
    """What others know of a person, in single words of some length and joined."""
    found: dict[str, None] = {}
    for text in own:
        for known in (text, text.partition("@")[0]):
            parts = re.split(r"[^a-z0-9]+", fold(known))
            found.update(dict.fromkeys((*parts, "".join(parts))))
    return sorted((word for word in found if len(word) >= WORD), key=len, reverse=True)


def is_close(password: str, words: Iterable[str]) -> bool:
    """Whether little is left without these words, or the whole looks like one of them."""
    bare = re.sub(r"[^a-z0-9]", "", fold(password))
    left = fold(password)
    for word in words:
        if SequenceMatcher(a=bare, b=word, autojunk=False).ratio() >= ALIKE:
            return True
        left = left.replace(word, "")
    return left != fold(password) and len(left) < LEFT
