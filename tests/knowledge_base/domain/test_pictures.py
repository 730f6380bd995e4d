import io

import pytest
from PIL import Image

from carecenter.lib.blobs.storage import read
from knowledge_base.domain.errors import BadPicture
from knowledge_base.domain.pictures import MAX_BYTES, add_picture, redraw

ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825


def encoded(picture, kind, **options):
    out = io.BytesIO()
    write = picture.save
    write(out, kind, **options)
    return out.getvalue()


def opened(content):
    return Image.open(io.BytesIO(content))


def photo(width=40, height=20):
    """Lying on its side, from a camera that says who and where."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = 6, "Secret Camera"
    exif.get_ifd(GPS)[1] = "N"
    return encoded(Image.new("RGB", (width, height), "red"), "JPEG", exif=exif, comment=b"at home")


def test_photo_is_upright_and_says_nothing_of_its_camera():
    drawn = redraw(photo())
    found = opened(drawn.content)

    assert (drawn.width, drawn.height, found.size, found.format) == (20, 40, (20, 40), "JPEG")
    assert (dict(found.getexif()), "comment" in found.info) == ({}, False)
    assert b"Secret Camera" not in drawn.content


def test_drawing_keeps_what_one_sees_through():
    drawn = redraw(encoded(Image.new("RGBA", (10, 10), (255, 0, 0, 0)), "PNG"))

    assert opened(drawn.content).getpixel((0, 0))[3] == 0


def test_words_beside_a_picture_are_dropped():
    from PIL.PngImagePlugin import PngInfo

    notes = PngInfo()
    notes.add_text("Author", "somebody")
    drawn = redraw(encoded(Image.new("RGB", (4, 4)), "PNG", pnginfo=notes))

    assert b"somebody" not in drawn.content


def test_wide_picture_is_narrowed():
    drawn = redraw(encoded(Image.new("RGB", (4000, 1000)), "PNG"))

    assert (drawn.width, drawn.height) == (2000, 500)


def test_moving_picture_moves_on():
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue", "green")]
    content = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=80)

    assert opened(redraw(content).content).n_frames == 3


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 40,
        b"GIF89a<script>",
        photo()[:60],
        b"x" * (MAX_BYTES + 1),
    ],
    ids=["empty", "svg", "broken png", "broken gif", "cut jpeg", "too large"],
)
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(BadPicture):
        redraw(content)


def test_picture_of_too_many_pixels_is_refused_unopened():
    header = encoded(Image.new("1", (9000, 9000)), "PNG", optimize=True)

    with pytest.raises(BadPicture):
        redraw(header)


def test_stored_picture_has_an_address_nobody_guesses(brand, lead):
    one = add_picture(brand, photo(), name="box.jpg", actor=lead)
    two = add_picture(brand, photo(), name="box.jpg", actor=lead)

    assert (len(one.key), one.key != two.key, one.blob) == (26, True, two.blob)
    assert (one.width, one.height, one.added_by) == (20, 40, lead)
    assert opened(read(one.blob)).size == (20, 40)
