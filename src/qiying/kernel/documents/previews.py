"""Pictures drawn anew from uploads: nothing shown inline holds the sender's bytes or whereabouts."""

import warnings
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageOps, UnidentifiedImageError

THUMBNAIL, LARGE = 320, 1600  # longest side in pixels
_MAX_PIXELS = 50_000_000
_MAX_PIXELS_JPEG = 200_000_000  # JPEG decodes at 1/8 scale, so a 108-megapixel phone picture is fine
_FORMATS = ("JPEG", "PNG", "WEBP")


class NoPreview(Exception):
    """The picture cannot be drawn: broken, or larger than is safe to decode."""


class Preview(NamedTuple):
    """A re-encoded picture without metadata."""

    content: bytes
    media_type: str


def preview_image(content: bytes, longest: int = LARGE) -> Preview:
    """Return the picture upright, at most `longest` pixels wide or high, without EXIF; raise `NoPreview`."""
    try:
        with warnings.catch_warnings():
            # Pillow only warns between its limit and twice of it; ours are checked below, before decoding.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=_FORMATS) as image:
                return _redrawn(image, longest)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NoPreview(str(error)) from None


def _redrawn(image: Image.Image, longest: int) -> Preview:
    width, height = image.size
    is_jpeg = image.format == "JPEG"
    if width * height > (_MAX_PIXELS_JPEG if is_jpeg else _MAX_PIXELS):
        raise NoPreview(f"{width} × {height} pixels")
    if is_jpeg:
        image.draft("RGB", (longest, longest))
        if image.size[0] * image.size[1] > _MAX_PIXELS:
            raise NoPreview(f"{width} × {height} pixels")
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((longest, longest))
    has_alpha = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
    # A new image: nothing of the old one's info, profile or comments travels along.
    target = Image.new("RGBA" if has_alpha else "RGB", upright.size)
    target.paste(upright.convert(target.mode))
    buffer = BytesIO()
    if has_alpha:
        target.save(buffer, "PNG", optimize=False)
        return Preview(buffer.getvalue(), "image/png")
    target.save(buffer, "JPEG", quality=82)
    return Preview(buffer.getvalue(), "image/jpeg")
