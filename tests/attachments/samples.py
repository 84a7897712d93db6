"""Small files of every type, made by hand."""

import zipfile
from io import BytesIO

import pillow_heif
from PIL import Image

pillow_heif.register_heif_opener()

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
TEXT = "Bonjour,\nvoici l’attestation demandée.\n".encode()

ODF_MANIFEST = b"<manifest:manifest/>"
WORD_PART = b'"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"'
EXCEL_PART = b'"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"'


def archive(entries: dict[str, bytes], *, comment: bytes = b"") -> bytes:
    """A zip of these entries, in this order."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
        packed.comment = comment
    return out.getvalue()


def open_document(media_type: str, **more: bytes) -> bytes:
    """An ODT or ODS with nothing in it."""
    entries = {"mimetype": media_type.encode(), "META-INF/manifest.xml": ODF_MANIFEST, "content.xml": b"<x/>"}
    return archive(entries | more)


def office(part: bytes, more: dict[str, bytes] | None = None) -> bytes:
    """A DOCX or XLSX with nothing in it."""
    types = b'<Types><Override PartName="/main.xml" ContentType=' + part + b"/></Types>"
    return archive({"[Content_Types].xml": types, "_rels/.rels": b"<x/>", **(more or {})})


ODT = open_document("application/vnd.oasis.opendocument.text")
ODS = open_document("application/vnd.oasis.opendocument.spreadsheet")
DOCX = office(WORD_PART, {"word/document.xml": b"<x/>"})
XLSX = office(EXCEL_PART, {"xl/workbook.xml": b"<x/>"})


def picture(form: str, size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: object) -> bytes:
    """A picture, red on its left half and blue on its right."""
    image = Image.new(mode, size, "blue" if mode in {"RGB", "RGBA"} else 0)
    if mode in {"RGB", "RGBA"}:
        image.paste("red", (0, 0, size[0] // 2, size[1]))
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def photo(form: str = "JPEG") -> bytes:
    """A picture as a phone makes it: held upright, with its position, its maker, a comment and a profile."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Fabricant-Canari"
    exif[0x8825] = {1: "N", 2: (48.0, 56.0, 30.0), 3: "E", 4: (2.0, 15.0, 0.0)}
    options: dict[str, object] = {"exif": exif.tobytes()}
    if form == "JPEG":
        options |= {"comment": b"Commentaire-Canari", "xmp": b"<x>Xmp-Canari</x>", "icc_profile": b"Profil-Canari" * 20}
    if form == "PNG":
        options |= {"icc_profile": b"Profil-Canari" * 20}
    if form == "WEBP":
        options |= {"xmp": b"<x>Xmp-Canari</x>"}
    return picture(form, **options)
