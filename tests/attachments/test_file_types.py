"""The type of a file: decided by its bytes, whatever its name says."""

import struct
import zipfile
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aplus.attachments.rules import types
from aplus.attachments.rules.types import BadContent, FileType, recognise
from tests.attachments import samples
from tests.attachments.samples import DOCX, ODT, PDF, XLSX, archive, office, open_document, picture


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, FileType.PDF),
        (PDF + b"\n" * 1000, FileType.PDF),
        (picture("JPEG"), FileType.JPEG),
        (picture("PNG"), FileType.PNG),
        (picture("WEBP"), FileType.WEBP),
        (picture("HEIF"), FileType.HEIC),
        (ODT, FileType.ODT),
        (samples.ODS, FileType.ODS),
        (DOCX, FileType.DOCX),
        (XLSX, FileType.XLSX),
        (samples.TEXT, FileType.TXT),
        (b"\xef\xbb\xbfavec une marque", FileType.TXT),
        ("déjà à Nîmes".encode("latin-1"), FileType.TXT),
        ("l’œuvre à 10 €".encode("cp1252"), FileType.TXT),
        (b"a;b\r\n1;2\r\n\f", FileType.TXT),
    ],
)
def test_accepted_types_are_recognised(content: bytes, kind: FileType) -> None:
    assert recognise(content) is kind


def bomb() -> bytes:
    """A document of 100 kB that unpacks to more than a hundred megabytes."""
    return office(samples.WORD_PART, {"word/media/zeros.bin": bytes(types.MAX_UNPACKED_BYTES + 1)})


def lying_bomb() -> bytes:
    """The same, which announces one byte: in its entry and in the directory."""
    size = 50 * 1024 * 1024
    return office(samples.WORD_PART, {"word/z.bin": bytes(size)}).replace(struct.pack("<I", size), struct.pack("<I", 1))


def with_flag(content: bytes, flag: int) -> bytes:
    """The first entry marked by a flag, in the directory that readers use."""
    at = content.index(b"PK\x01\x02") + 8
    return content[:at] + struct.pack("<H", flag) + content[at + 2 :]


def packed_by(method: int) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as packed:
        packed.writestr("[Content_Types].xml", samples.WORD_PART)
    return out.getvalue()


def twice() -> bytes:
    """Two entries of one name: readers differ on which one they open."""
    return archive({"[Content_Types].xml": samples.WORD_PART, "[CONTENT_Types].xml": b"autre"})


def broken_inside() -> bytes:
    """One bit of a compressed part is wrong."""
    content = bytearray(office(samples.WORD_PART, {"word/document.xml": bytes(range(256)) * 8}))
    content[content.index(b"word/document.xml") + 40] ^= 0xFF
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (PDF[:-6], types.DAMAGED),
        (PDF + DOCX, types.MIXED),
        (PDF + archive({"a": b"b"}, comment=b"fin"), types.MIXED),
        (DOCX + b"<script>alert(1)</script>", types.MIXED),
        (DOCX[:-30], types.DAMAGED),
        (DOCX[:4], types.DAMAGED),
        (broken_inside(), types.DAMAGED),
        (twice(), types.DAMAGED),
        (packed_by(zipfile.ZIP_BZIP2), types.DAMAGED),
        (bomb(), types.TOO_LARGE_INSIDE),
        (lying_bomb(), types.DAMAGED),
        (archive({str(rank): b"" for rank in range(types.MAX_ENTRIES + 1)}), types.TOO_LARGE_INSIDE),
        (with_flag(DOCX, 1), types.PROTECTED),
        (office(samples.WORD_PART, {"word/vbaProject.bin": b"x"}), types.MACROS),
        (office(samples.EXCEL_PART, {"xl/VBAPROJECT.BIN": b"x"}), types.MACROS),
        (office(samples.WORD_PART, {"word/activeX/activeX1.xml": b"x"}), types.MACROS),
        (office(b'"application/vnd.ms-word.document.macroEnabled.main+xml"'), types.MACROS),
        (office(samples.WORD_PART + b' x="application/vnd.ms-office.vbaProject"'), types.MACROS),
        (open_document(FileType.ODT.media_type, **{"Basic/Standard/Module1.xml": b"x"}), types.MACROS),
        (open_document(FileType.ODT.media_type, **{"Scripts/python/x.py": b"x"}), types.MACROS),
        (open_document(FileType.ODT.media_type, **{"META-INF/manifest.xml": b"<encryption-data/>"}), types.PROTECTED),
        (open_document("application/vnd.oasis.opendocument.presentation"), types.UNKNOWN),
        (archive({"mimetype": FileType.ODT.media_type.encode(), "x": b""}), types.UNKNOWN),
        (
            office(b'"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"'),
            types.UNKNOWN,
        ),
        (office(samples.WORD_PART + b" x=" + samples.EXCEL_PART), types.UNKNOWN),
        (archive({"photo.jpg": picture("JPEG")}), types.UNKNOWN),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), types.OLD_OFFICE),
        (picture("GIF"), types.UNKNOWN),
        (picture("TIFF"), types.UNKNOWN),
        (b"\x00\x00\x00\x1cftypavif" + bytes(40), types.UNKNOWN),
        (b"MZ\x90\x00" + bytes(100), types.UNKNOWN),
        (b"\x7fELF" + bytes(100), types.UNKNOWN),
        (b"texte\x00coup\xc3\xa9", types.UNKNOWN),
        (b"\x81 ni UTF-8 ni Windows", types.UNKNOWN),
        ("texte en UTF-16".encode("utf-16"), types.UNKNOWN),
        (b"\x1b[31mterminal", types.UNKNOWN),
        (b"\n <!DOCTYPE html><p>page", types.UNKNOWN),
        (b"<svg xmlns='x'/>", types.UNKNOWN),
        (b"{\\rtf1 riche}", types.UNKNOWN),
        (b"#!/bin/sh\nrm", types.UNKNOWN),
    ],
)
def test_the_rest_is_refused_and_says_why(content: bytes, reason: str) -> None:
    with pytest.raises(BadContent) as refused:
        recognise(content)
    assert str(refused.value) == reason


def test_a_pdf_that_carries_an_archive_inside_is_no_mixture() -> None:
    """An invoice with its data attached holds a zip, but does not end with one."""
    assert recognise(PDF[:-6] + DOCX + b"\nendstream\n%%EOF\n") is FileType.PDF


def test_a_pdf_cut_inside_the_end_of_an_archive_is_no_mixture() -> None:
    assert recognise(PDF + b"PK\x05\x06") is FileType.PDF


@given(st.binary(max_size=300))
def test_any_bytes_are_recognised_or_refused(content: bytes) -> None:
    assert_answered(content)


@given(
    st.sampled_from([ODT, DOCX, XLSX, PDF]),
    st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=6),
    st.integers(0, 200),
)
def test_any_damage_is_accepted_or_refused(content: bytes, changes: list[tuple[int, int]], cut: int) -> None:
    damaged = bytearray(content)
    for at, value in changes:
        damaged[at % len(damaged)] = value
    assert_answered(bytes(damaged[: len(damaged) - cut]))


def assert_answered(content: bytes) -> None:
    """Either answer is right; any other exception is not."""
    try:
        assert recognise(content) in FileType
    except BadContent as refused:
        assert str(refused)


def test_a_checksum_made_right_does_not_make_a_lie_true() -> None:
    """A part that announces fewer bytes than it holds, with the checksum of these, is cut there and stays small."""
    size = 1024 * 1024
    content = office(samples.WORD_PART, {"word/z.bin": bytes(size)})
    content = content.replace(struct.pack("<I", zlib.crc32(bytes(size))), struct.pack("<I", zlib.crc32(bytes(1))))
    content = content.replace(struct.pack("<I", size), struct.pack("<I", 1))
    assert_answered(content)
