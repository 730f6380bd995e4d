"""Pictures of articles: drawn anew before they are stored, so that no place, camera or program of theirs is kept."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from accounts.models import Brand, User
from carecenter.lib.blobs.storage import store
from knowledge_base.domain.errors import BadPicture
from knowledge_base.models import Picture

MAX_BYTES = 15 * 2**20
MAX_PIXELS = 60_000_000
MAX_FRAMES_PIXELS = 120_000_000  # of all frames together
WIDEST = 2000
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")


@dataclass(frozen=True)
class Drawn:
    content: bytes
    width: int
    height: int


def add_picture(brand: Brand, content: bytes, *, name: str, actor: User | None) -> Picture:
    """Store a picture for the brand's articles. BadPicture when it is none, or too large."""
    drawn = redraw(content)
    blob = store(drawn.content)
    with transaction.atomic():
        return Picture.objects.create(
            brand=brand, blob=blob, name=name[:120], width=drawn.width, height=drawn.height, added_by=actor
        )


def redraw(content: bytes) -> Drawn:
    """The same picture upright, at most 2000 wide, without anything but its pixels."""
    if len(content) > MAX_BYTES:
        raise BadPicture(_("The picture is larger than 15 MB."))
    refusal = _("This is not a picture we can read: use PNG, JPEG, GIF or WebP.")
    with reading(content, formats=FORMATS, refusal=refusal) as picture:
        return drawn(picture)


@contextmanager
def reading(content: bytes, *, formats: tuple[str, ...], refusal: str) -> Iterator[Image.Image]:
    """The picture while it is worked on; whatever is wrong with it is a BadPicture."""
    try:
        with Image.open(io.BytesIO(content), formats=formats) as picture:
            yield picture
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise BadPicture(refusal) from error
    except (Image.DecompressionBombError, MemoryError) as error:
        raise BadPicture(_("The picture has too many pixels.")) from error


def drawn(picture: Image.Image) -> Drawn:
    frames = getattr(picture, "n_frames", 1)
    width, height = picture.size
    if width * height > MAX_PIXELS or width * height * frames > MAX_FRAMES_PIXELS:
        raise BadPicture(_("The picture has too many pixels."))
    if frames > 1:
        return moving(picture)
    is_photo = picture.format == "JPEG"
    upright = narrowed(ImageOps.exif_transpose(picture))
    out = io.BytesIO()
    if is_photo:
        write = bare(upright, "RGB").save
        write(out, "JPEG", quality=86, optimize=True, progressive=True)
    else:
        write = bare(upright, "RGBA" if upright.has_transparency_data else "RGB").save
        write(out, "PNG", optimize=True)
    return Drawn(out.getvalue(), *upright.size)


def bare(picture: Image.Image, mode: str) -> Image.Image:
    """Its pixels alone: a copy of a mode has the original's notes on it."""
    plain = picture.convert(mode)
    plain.info = {}
    return plain


def narrowed(picture: Image.Image) -> Image.Image:
    if picture.width <= WIDEST:
        return picture
    height = max(1, round(picture.height * WIDEST / picture.width))
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    return picture.convert(mode).resize((WIDEST, height), Image.Resampling.LANCZOS)


def moving(picture: Image.Image) -> Drawn:
    """Each frame anew, as WebP, with its time."""
    frames, times = [], []
    for frame in ImageSequence.Iterator(picture):
        times.append(int(frame.info.get("duration", 100)) or 100)
        frames.append(bare(narrowed(frame), "RGBA"))
    out = io.BytesIO()
    loop = int(picture.info.get("loop", 0))
    write = frames[0].save
    write(out, "WEBP", save_all=True, append_images=frames[1:], duration=times, loop=loop, quality=80)
    return Drawn(out.getvalue(), *frames[0].size)
