"""The accepted types, decided by the content of a file and never by its name (demandes.md §7)."""

import struct
import unicodedata
import zipfile
import zlib
from enum import Enum
from io import BytesIO

ACCEPTED = "PDF, images JPEG, PNG, WebP ou HEIC, documents ODT, DOCX, ODS ou XLSX, texte"
UNKNOWN = f"ce type de fichier n’est pas accepté. Types acceptés : {ACCEPTED}."
DAMAGED = "il est abîmé ou incomplet. Ouvrez-le pour le vérifier, enregistrez-le à nouveau, puis renvoyez-le."
MACROS = "il contient des macros. Enregistrez-le sans macros, ou en PDF."
PROTECTED = "il est protégé par un mot de passe. Enregistrez-le sans mot de passe, ou en PDF."
OLD_OFFICE = (
    "c’est un document d’un ancien format, ou protégé par un mot de passe. Enregistrez-le en DOCX, XLSX ou PDF."
)
MIXED = "il mélange plusieurs formats. Enregistrez-le à nouveau, ou en PDF."
TOO_LARGE_INSIDE = "il est trop volumineux une fois décompressé."

MAX_ENTRIES = 5_000
MAX_UNPACKED_BYTES = 100 * 1024 * 1024


class BadContent(Exception):
    """These bytes cannot be kept; the message says why, in French, and what to do."""


class FileType(Enum):
    """An accepted type: its media type, then its extensions, the one to give first."""

    PDF = ("application/pdf", ".pdf")
    JPEG = ("image/jpeg", ".jpg", ".jpeg")
    PNG = ("image/png", ".png")
    WEBP = ("image/webp", ".webp")
    HEIC = ("image/heic", ".heic", ".heif")
    ODT = ("application/vnd.oasis.opendocument.text", ".odt")
    ODS = ("application/vnd.oasis.opendocument.spreadsheet", ".ods")
    DOCX = ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx")
    XLSX = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx")
    TXT = ("text/plain", ".txt")

    @property
    def media_type(self) -> str:
        """As announced when the file is downloaded."""
        return str(self.value[0])

    @property
    def extensions(self) -> tuple[str, ...]:
        """Those that a name of this type may keep; the first is given to the others."""
        return tuple(self.value[1:])

    @property
    def is_picture(self) -> bool:
        """Re-encoded on arrival."""
        return self in PICTURES


PICTURES = {FileType.JPEG, FileType.PNG, FileType.WEBP, FileType.HEIC}
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
OPEN_DOCUMENTS = {kind.media_type.encode(): kind for kind in (FileType.ODT, FileType.ODS)}
# The type of the main part, as Office writes it; macro-enabled documents and templates have others.
OFFICE_PARTS = {f'"{kind.media_type}.main+xml"'.encode(): kind for kind in (FileType.DOCX, FileType.XLSX)}
# What people do not read as text although it is written in signs.
MARKUP = ("<!doctype", "<html", "<?xml", "<svg", "<script", "<?php", "{\\rtf", "%!ps", "#!/", "mime-version:")


def recognise(content: bytes) -> FileType:
    """The type of these bytes; raises BadContent. Pictures are only looked at: re-encoding proves them."""
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    if content.startswith(b"\xff\xd8\xff"):
        return FileType.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileType.PNG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return FileType.WEBP
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        return FileType.HEIC
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise BadContent(OLD_OFFICE)
    return _text(content)


def _pdf(content: bytes) -> FileType:
    if b"%%EOF" not in content[-4096:]:
        raise BadContent(DAMAGED)
    if _ends_as_zip(content):
        raise BadContent(MIXED)
    return FileType.PDF


def _ends_as_zip(content: bytes) -> bool:
    """Do the last bytes close a zip archive, so that the same bytes open as two different files."""
    at = content.rfind(b"PK\x05\x06", -(22 + 0xFFFF))
    if at < 0 or len(content) < at + 22:
        return False
    (comment_length,) = struct.unpack_from("<H", content, at + 20)
    return bool(at + 22 + comment_length == len(content))


def _office(content: bytes) -> FileType:
    """ODT, ODS, DOCX or XLSX: a whole zip, not huge inside, without macros."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _check_archive(archive)
            kind = _open_document(archive) or _office_open_xml(archive)
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, ValueError, RuntimeError):
        raise BadContent(DAMAGED) from None
    if not _ends_as_zip(content):
        raise BadContent(MIXED)
    return kind


def _check_archive(archive: zipfile.ZipFile) -> None:
    """Refuse bombs, passwords, damage and macros. Sizes are announced first, then proved by reading everything."""
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise BadContent(TOO_LARGE_INSIDE)
    names = [entry.filename.casefold() for entry in entries]
    if any(entry.flag_bits & 1 for entry in entries):
        raise BadContent(PROTECTED)
    if any(entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for entry in entries):
        raise BadContent(DAMAGED)
    if len(set(names)) < len(names) or archive.testzip() is not None:
        raise BadContent(DAMAGED)
    if any(
        name.endswith("vbaproject.bin") or "/activex/" in name or name.startswith(("basic/", "scripts/"))
        for name in names
    ):
        raise BadContent(MACROS)


def _open_document(archive: zipfile.ZipFile) -> FileType | None:
    if archive.namelist()[:1] != ["mimetype"]:
        return None
    kind = OPEN_DOCUMENTS.get(archive.read("mimetype").strip())
    names = archive.namelist()
    if kind is None or "content.xml" not in names or "META-INF/manifest.xml" not in names:
        raise BadContent(UNKNOWN)
    if b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise BadContent(PROTECTED)
    return kind


def _office_open_xml(archive: zipfile.ZipFile) -> FileType:
    if "[Content_Types].xml" not in archive.namelist():
        raise BadContent(UNKNOWN)
    declared = archive.read("[Content_Types].xml")
    if b"macroEnabled" in declared or b"vbaProject" in declared:
        raise BadContent(MACROS)
    kinds = [kind for part, kind in OFFICE_PARTS.items() if part in declared]
    if len(kinds) != 1:
        raise BadContent(UNKNOWN)
    return kinds[0]


def _text(content: bytes) -> FileType:
    """Text as people write it: UTF-8, else Windows or Latin-1, without control characters or markup."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            raise BadContent(UNKNOWN) from None
    if any(unicodedata.category(sign) == "Cc" and sign not in "\t\n\r\f" for sign in set(text)):
        raise BadContent(UNKNOWN)
    if text.lstrip()[:20].casefold().startswith(MARKUP):
        raise BadContent(UNKNOWN)
    return FileType.TXT
