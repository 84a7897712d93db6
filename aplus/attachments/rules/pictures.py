"""Pictures: decoded and written anew, upright, without position, camera or any other metadata."""

import warnings
from io import BytesIO
from threading import Lock

import pillow_heif
from PIL import Image, ImageOps

from aplus.attachments.rules.types import DAMAGED, BadContent, FileType

MAX_PIXELS = 50_000_000
TOO_MANY_PIXELS = "l’image dépasse 50 mégapixels. Réduisez-la, puis renvoyez-la."
JPEG_QUALITY = 90
READERS = {FileType.JPEG: "JPEG", FileType.PNG: "PNG", FileType.WEBP: "WEBP", FileType.HEIC: "HEIF"}
PNG_MODES = {"1", "L", "P", "RGB", "I;16"}

# Looked at from the header, before anything is decoded: a warning above, which `reencode` makes an error.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
pillow_heif.register_heif_opener(thumbnails=False)

# One picture at a time in a process: fifty megapixels take 300 MB, and the filters of warnings are global.
_one_at_a_time = Lock()


def reencode(content: bytes, kind: FileType) -> tuple[bytes, FileType]:
    """The picture written anew: PNG stays PNG, the rest becomes JPEG. Raises BadContent."""
    target = FileType.PNG if kind is FileType.PNG else FileType.JPEG
    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(BytesIO(content), formats=[READERS[kind]]) as picture:
                picture.load()
                return _written(_upright(picture), target), target
        except (Image.DecompressionBombWarning, Image.DecompressionBombError):
            raise BadContent(TOO_MANY_PIXELS) from None
        except Exception:  # decoders fail in a hundred ways: each means a picture that nobody can look at
            raise BadContent(DAMAGED) from None


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as the camera was held; as it is when that cannot be read."""
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # broken metadata does not make a broken picture, and all of it is dropped
        return picture


def _written(picture: Image.Image, target: FileType) -> bytes:
    out = BytesIO()
    if target is FileType.PNG:
        kept = picture.mode in PNG_MODES and not picture.has_transparency_data
        bare = picture.copy() if kept else picture.convert("RGBA")
        bare.info = {}
        bare.save(out, "PNG")
    else:
        bare = _on_white(picture)
        bare.info = {}
        bare.save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    """In the colours of JPEG, which has no transparency."""
    if not picture.has_transparency_data:
        return picture.copy() if picture.mode == "L" else picture.convert("RGB")
    opaque = Image.new("RGB", picture.size, "white")
    layer = picture.convert("RGBA")
    opaque.paste(layer, mask=layer)
    return opaque
