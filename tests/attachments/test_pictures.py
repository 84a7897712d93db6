"""Pictures: written anew, upright, with nothing but what is seen."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from aplus.attachments.rules import types
from aplus.attachments.rules.pictures import MAX_PIXELS, TOO_MANY_PIXELS, reencode
from aplus.attachments.rules.types import BadContent, FileType, recognise
from tests.attachments.samples import photo, picture


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize(
    ("form", "target"),
    [
        ("JPEG", FileType.JPEG),
        ("PNG", FileType.PNG),
        ("WEBP", FileType.JPEG),
        ("HEIF", FileType.JPEG),
    ],
)
def test_a_photo_is_turned_upright_and_loses_its_metadata(form: str, target: FileType) -> None:
    before = photo(form)
    if form != "HEIF":  # compressed there
        assert b"Canari" in before
    assert Image.open(BytesIO(before)).getexif().get_ifd(0x8825), "the sample has a position"
    content, kind = reencode(before, recognise(before))
    after = opened(content)
    assert kind is target
    assert recognise(content) is target
    assert after.size == (20, 40)
    red, _, blue = after.convert("RGB").getpixel((10, 2))
    assert red > 200
    assert blue < 60
    assert b"Canari" not in content
    assert not dict(after.getexif())
    assert not {"exif", "xmp", "icc_profile", "comment"} & set(after.info)


@pytest.mark.parametrize(
    ("mode", "options", "kept"),
    [
        ("1", {}, "1"),
        ("L", {}, "L"),
        ("P", {}, "P"),
        ("I;16", {}, "I;16"),
        ("RGB", {}, "RGB"),
        ("RGBA", {}, "RGBA"),
        ("LA", {}, "RGBA"),
        ("P", {"transparency": b"\x00\x01"}, "RGBA"),
        ("RGB", {"transparency": (255, 0, 0)}, "RGBA"),
    ],
)
def test_a_png_stays_a_png_with_its_transparency(mode: str, options: dict[str, object], kept: str) -> None:
    content, kind = reencode(picture("PNG", mode=mode, **options), FileType.PNG)
    assert kind is FileType.PNG
    assert opened(content).mode == kept


@pytest.mark.parametrize(("mode", "kept"), [("L", "L"), ("CMYK", "RGB"), ("RGB", "RGB")])
def test_a_jpeg_of_any_colours_is_readable_by_all(mode: str, kept: str) -> None:
    content, _ = reencode(picture("JPEG", mode=mode), FileType.JPEG)
    assert opened(content).mode == kept


def test_what_was_transparent_becomes_white_in_a_jpeg() -> None:
    out = BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "WEBP", lossless=True)
    content, _ = reencode(out.getvalue(), FileType.WEBP)
    assert opened(content).getpixel((4, 4)) == (255, 255, 255)


def test_what_follows_the_picture_is_dropped() -> None:
    """A file that is a picture and something else at once comes out as a picture only."""
    for form in ("JPEG", "PNG"):
        mixed = picture(form) + b"PK\x03\x04 <script>Canari</script> %PDF-1.4"
        content, _ = reencode(mixed, recognise(mixed))
        assert b"Canari" not in content


@pytest.mark.parametrize(
    ("form", "exif"), [("JPEG", b"Exif\x00\x00MM\x00*\xff\xff\xff\xff"), ("PNG", b"Exif\x00\x00not metadata")]
)
def test_unreadable_metadata_does_not_refuse_a_readable_picture(form: str, exif: bytes) -> None:
    before = picture(form, exif=exif)
    content, _ = reencode(before, recognise(before))
    assert opened(content).size == (40, 20)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_cut_or_altered_picture_is_refused(form: str) -> None:
    whole = picture(form, (400, 300))
    for broken in (whole[: len(whole) // 2], whole[:40], whole[:30] + bytes(len(whole) - 30)):
        with pytest.raises(BadContent, match="abîmé"):
            reencode(broken, recognise(whole))


def png_of(width: int, height: int) -> bytes:
    """A PNG that announces this size and holds almost nothing."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(MAX_PIXELS // 1000 + 1, 1000), (20_000, 20_000), (2**31 - 1, 2**31 - 1)])
def test_too_many_pixels_are_refused_before_decoding(size: tuple[int, int]) -> None:
    with pytest.raises(BadContent) as refused:
        reencode(png_of(*size), FileType.PNG)
    assert str(refused.value) == TOO_MANY_PIXELS


def test_fifty_megapixels_are_not_too_many() -> None:
    """This one is only damaged: its size is accepted."""
    with pytest.raises(BadContent) as refused:
        reencode(png_of(MAX_PIXELS // 1000, 1000), FileType.PNG)
    assert str(refused.value) == types.DAMAGED


def test_a_picture_of_another_kind_than_it_says_is_refused() -> None:
    """Only the decoder of the recognised type is tried."""
    with pytest.raises(BadContent):
        reencode(picture("TIFF"), FileType.JPEG)
