"""The logo of a brand: drawn anew, in use, taken away and put back."""

import io
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from accounts.domain.brands import public_address
from accounts.models import Brand, User
from carecenter.lib.blobs.storage import store
from journal.actors import user_actor
from journal.domain.recording import record
from knowledge_base.domain.errors import BadPicture, NotAllowed
from knowledge_base.domain.help_settings import settings_of
from knowledge_base.domain.pictures import MAX_PIXELS, Drawn, bare, reading
from knowledge_base.models import HelpSettings, Logo

MAX_BYTES = 2 * 2**20
FORMATS = ("PNG", "JPEG", "WEBP")
BOX = (960, 320)  # as it is kept: sharp at four times the size it is shown in
SMALLEST = 16
HEIGHT = 32  # as it is shown
WIDEST = 200
WIDE = 1.6  # from here on it most likely says the name


@dataclass(frozen=True)
class Sign:
    """What pages and mails show of a logo: the addresses, and the size it has there."""

    light: str
    dark: str
    width: int
    height: int
    is_wide: bool


def draw_logo(content: bytes) -> Drawn:
    """Upright, without clear edges and without anything but its pixels. Raises BadPicture."""
    if len(content) > MAX_BYTES:
        raise BadPicture(_("A logo has at most 2 MB."))
    refusal = _("This is not a picture we can read: use PNG, JPEG or WebP.")
    with reading(content, formats=FORMATS, refusal=refusal) as picture:
        if getattr(picture, "n_frames", 1) > 1:
            raise BadPicture(_("A logo cannot move: choose a still picture."))
        if picture.width * picture.height > MAX_PIXELS:
            raise BadPicture(_("The picture has too many pixels."))
        is_photo = picture.format == "JPEG"
        upright = ImageOps.exif_transpose(picture)
        plain = bare(upright, "RGBA" if upright.has_transparency_data else "RGB")
        return written(without_edges(plain), is_photo=is_photo)


def without_edges(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    box = picture.getchannel("A").getbbox()
    if box is None:
        raise BadPicture(_("There is nothing to be seen in this picture."))
    return picture.crop(box)


def written(picture: Image.Image, *, is_photo: bool) -> Drawn:
    picture.thumbnail(BOX, Image.Resampling.LANCZOS)
    if min(picture.size) < SMALLEST:
        raise BadPicture(_("The picture is too small or too narrow for a logo."))
    out = io.BytesIO()
    write = picture.save
    if is_photo:
        write(out, "JPEG", quality=90, optimize=True)
    else:
        write(out, "PNG", optimize=True)
    return Drawn(out.getvalue(), *picture.size)


def use_logo(brand: Brand, drawn: Drawn, *, is_dark: bool, actor: User) -> Logo:
    """From the next page on. Event: help.logo_changed. NotAllowed for dark grounds where there is no other."""
    if is_dark and settings_of(brand).logo is None:
        raise NotAllowed(_("Choose a logo for light pages too: mails show that one."))
    blob = store(drawn.content)
    with transaction.atomic():
        logo = Logo.objects.create(
            brand=brand,
            is_dark=is_dark,
            blob=blob,
            width=drawn.width,
            height=drawn.height,
            added_by=actor,
        )
        put(brand, logo, is_dark=is_dark, actor=actor)
    return logo


def take_away(brand: Brand, *, is_dark: bool, actor: User) -> None:
    """The one before can be put back."""
    put(brand, None, is_dark=is_dark, actor=actor)


def put_back(brand: Brand, *, is_dark: bool, actor: User) -> Logo | None:
    """The latest one that is not in use; None when there never was another."""
    logo = find_before(settings_of(brand), is_dark=is_dark)
    if logo is not None:
        put(brand, logo, is_dark=is_dark, actor=actor)
    return logo


def find_before(saved: HelpSettings, *, is_dark: bool) -> Logo | None:
    used = saved.logo_dark_id if is_dark else saved.logo_id
    return (
        Logo.objects.filter(brand=saved.brand, is_dark=is_dark).exclude(pk=used or 0).order_by("-pk").first()
    )


@transaction.atomic
def put(brand: Brand, logo: Logo | None, *, is_dark: bool, actor: User) -> None:
    HelpSettings.objects.update_or_create(brand=brand, defaults={"logo_dark" if is_dark else "logo": logo})
    record(
        "help.logo_changed",
        actor=user_actor(actor.pk),
        brand_id=brand.pk,
        is_dark=is_dark,
        logo=logo.pk if logo is not None else None,
    )


def sign_of(saved: HelpSettings) -> Sign | None:
    """None for a brand without a logo: its initial stands there. Without one for dark grounds `dark` is empty."""
    logo = saved.logo
    if logo is None:
        return None
    width = min(WIDEST, round(HEIGHT * logo.width / logo.height))
    return Sign(
        light=path_of(saved.brand, logo),
        dark=path_of(saved.brand, saved.logo_dark) if saved.logo_dark else "",
        width=max(1, width),
        height=max(1, round(width * logo.height / logo.width)),
        is_wide=logo.width >= WIDE * logo.height,
    )


def path_of(brand: Brand, logo: Logo) -> str:
    """As this request's host has it."""
    return reverse("help:logo", kwargs={"brand": brand.slug, "key": logo.key})


def sign_in_mails(brand: Brand) -> Sign | None:
    """With whole addresses, the same wherever the mail is written."""
    sign = sign_of(settings_of(brand))
    if sign is None:
        return None
    return Sign(public_address(brand, sign.light), "", sign.width, sign.height, sign.is_wide)


def find_logo(brand: Brand, key: str) -> Logo | None:
    """In use or not: mails show it for years."""
    return Logo.objects.select_related("blob").filter(brand=brand, key=key).first()
