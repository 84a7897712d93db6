"""File names: what came from outside made harmless, with the extension of what the file is."""

import re
import unicodedata

from aplus.attachments.rules.types import FileType

MAX_SIGNS = 150
NAMELESS = "fichier"
# An extension begins with a letter: the end of "Courrier du 3.03.2026" is not one.
EXTENSION = re.compile(r"\.[a-z][a-z0-9]{0,4}$", re.IGNORECASE)


def cleaned(name: str) -> str:
    """The last part of a path, without control, invisible or reserved signs, of at most 150 signs; never empty."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    shown = "".join(" " if sign.isspace() else sign for sign in last)
    shown = "".join(sign for sign in shown if unicodedata.category(sign)[0] != "C" and sign not in '<>:"|?*')
    shown = " ".join(shown.split()).strip(". ")
    if len(shown) > MAX_SIGNS:
        found = EXTENSION.search(shown)
        extension = found.group() if found else ""
        shown = shown[: MAX_SIGNS - len(extension)].rstrip(". ") + extension
    return shown or NAMELESS


def with_extension_of(kind: FileType, name: str) -> str:
    """A cleaned name, with an extension of its type in place of any other."""
    if name.lower().endswith(kind.extensions) and not name.lower().startswith(kind.extensions):
        return name
    stem = EXTENSION.sub("", name).rstrip(". ") or NAMELESS
    if stem.lower().endswith(kind.extensions):
        return stem
    return stem[: MAX_SIGNS - len(kind.extensions[0])] + kind.extensions[0]
