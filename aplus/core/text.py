"""Text helpers without a domain word."""

import unicodedata


def fold(text: str) -> str:
    """The text without accents or case, spaces made single: what sorting and comparing names use."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return " ".join(bare.casefold().replace("œ", "oe").replace("æ", "ae").split())
