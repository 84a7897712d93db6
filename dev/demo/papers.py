"""Real small files for the demo's attachments: a one-page PDF, or a PNG as a photographed page."""

from io import BytesIO
from textwrap import wrap

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont

from dev.demo.script import Paper

LINE_SIGNS = 82
_PAGE = (827, 1169)
_PAPER, _INK = "#fdfcf7", "#1c1c28"


def upload(paper: Paper) -> SimpleUploadedFile:
    """The file as a browser sends it."""
    lines = [part for line in paper.lines for part in (wrap(line, LINE_SIGNS) or [""])]
    if paper.name.endswith(".png"):
        return SimpleUploadedFile(paper.name, png(paper.title, lines), "image/png")
    return SimpleUploadedFile(paper.name, pdf(paper.title, lines), "application/pdf")


def pdf(title: str, lines: list[str]) -> bytes:
    """One A4 page, in the standard fonts that every reader has."""
    text = [f"BT /F2 15 Tf 60 770 Td ({_escaped(title)}) Tj ET", "BT /F1 11 Tf 16 TL 60 735 Td"]
    text += [f"({_escaped(line)}) Tj T*" for line in lines] + ["ET"]
    content = "\n".join(text).encode("cp1252", "replace")
    font = "<</Type/Font/Subtype/Type1/BaseFont/{}/Encoding/WinAnsiEncoding>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Lang(fr)>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R/F2 6 0 R>>>>>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content),
        font.format("Helvetica").encode(),
        font.format("Helvetica-Bold").encode(),
    ]
    return _assembled(objects)


def _assembled(objects: list[bytes]) -> bytes:
    out = BytesIO(b"%PDF-1.4\n")
    out.seek(0, 2)
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for place in places:
        out.write(b"%010d 00000 n \n" % place)
    out.write(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def png(title: str, lines: list[str]) -> bytes:
    """The same page as a picture."""
    page = Image.new("RGB", _PAGE, _PAPER)
    draw = ImageDraw.Draw(page)
    draw.text((70, 80), title, fill=_INK, font=ImageFont.load_default(24))
    draw.line((70, 122, _PAGE[0] - 70, 122), fill=_INK, width=2)
    font = ImageFont.load_default(17)
    for rank, line in enumerate(lines):
        draw.text((70, 150 + 30 * rank), line, fill=_INK, font=font)
    out = BytesIO()
    page.save(out, "PNG", optimize=True)
    return out.getvalue()
