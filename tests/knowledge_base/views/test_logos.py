"""The logo of a brand: uploaded, drawn anew, seen wherever the brand's sign stands, taken away and put back."""

import email
import io
import re
from email import policy
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, PngImagePlugin

from accounts.models import Brand, User
from channels_app.domain.composing import clean_html
from customers.models import Customer
from feedback.domain.letters import question_of
from knowledge_base.domain import logos
from knowledge_base.domain.errors import BadPicture
from knowledge_base.models import HelpSettings, Logo
from tests.factories.channels import ConnectionFactory
from tests.factories.surveys import InvitationFactory, SurveyFactory
from tests.factories.tickets import InboxFactory, TicketFactory
from tests.knowledge_base.views.test_look import GOOD
from tickets.models import Message


def drawing(size: tuple[int, int] = (400, 100), form: str = "PNG", **more: Any) -> bytes:
    """A bar in the middle of nothing, or on white where the format knows no nothing."""
    mode, ground = ("RGB", "white") if form == "JPEG" else ("RGBA", (0, 0, 0, 0))
    picture = Image.new(mode, size, ground)
    picture.paste((180, 83, 42), (0, 0, size[0], size[1]))
    out = io.BytesIO()
    picture.save(out, form, **more)
    return out.getvalue()


def upload(client: Client, brand: Brand, **files: bytes) -> Any:
    sent = {name: SimpleUploadedFile("a.png", content, "image/png") for name, content in files.items()}
    return client.post(f"/desk/articles/look/{brand.pk}/", GOOD | sent)


def change(client: Client, brand: Brand, what: str) -> Any:
    return client.post(f"/desk/articles/look/{brand.pk}/logo/", {"logo": what})


def head_of(brand: Brand) -> str:
    page = Client().get(f"/help/{brand.slug}/").content.decode()
    return page[page.index('<header class="top"') : page.index("</header>")]


def address_in(head: str) -> str:
    found = re.search(r'<img src="([^"]+)"', head)
    assert found is not None, head
    return found[1]


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_logo_stands_at_the_head_for_everybody(brand: Brand, lead: User, client_for: Any, form: str) -> None:
    assert f">{brand.name[0]}</span>" in head_of(brand)
    assert upload(client_for(lead), brand, logo=drawing(form=form)).status_code == 302
    head = head_of(brand)
    assert f'alt="{brand.name}"' in head
    assert "mark-sign" not in head
    response = Client().get(address_in(head))
    assert response.status_code == 200
    assert response["Content-Type"] == ("image/jpeg" if form == "JPEG" else "image/png")
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "sandbox" in response["Content-Security-Policy"]


def test_logo_is_drawn_anew_without_notes_and_clear_edges() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "SECRET")
    picture = Image.new("RGBA", (3000, 1400), (0, 0, 0, 0))
    picture.paste((180, 83, 42, 255), (500, 500, 2500, 900))
    out = io.BytesIO()
    picture.save(out, "PNG", pnginfo=notes)
    drawn = logos.draw_logo(out.getvalue())
    assert (drawn.width, drawn.height) == (960, 192)
    assert b"SECRET" not in drawn.content


def moving() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def nothing() -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(out, "PNG")
    return out.getvalue()


def gif() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(out, "GIF")
    return out.getvalue()


BAD = {
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "PNG, JPEG or WebP"),
    "gif": (gif(), "PNG, JPEG or WebP"),
    "words": (b"hello", "PNG, JPEG or WebP"),
    "cut": (drawing()[:60], "PNG, JPEG or WebP"),
    "large": (drawing() + b"\0" * (2 * 2**20), "at most 2 MB"),
    "moving": (moving(), "still picture"),
    "nothing": (nothing(), "nothing to be seen"),
    "tiny": (drawing((8, 8)), "too small"),
    "thread": (drawing((4000, 20)), "too small"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_logo_is_refused_with_a_reason(
    brand: Brand, lead: User, client_for: Any, case: str
) -> None:
    content, why = BAD[case]
    response = upload(client_for(lead), brand, logo=content)
    assert response.status_code == 422
    assert why in response.content.decode()
    assert (Logo.objects.count(), HelpSettings.objects.count()) == (0, 0)


def test_bomb_is_refused() -> None:
    header = drawing((10, 10))
    wide = header[:16] + (60_000).to_bytes(4, "big") * 2 + header[24:]
    with pytest.raises(BadPicture):
        logos.draw_logo(wide)


def test_dark_pages_get_the_logo_for_them(brand: Brand, lead: User, client_for: Any) -> None:
    client = client_for(lead)
    refused = upload(client, brand, logo_dark=drawing())
    assert refused.status_code == 422
    upload(client, brand, logo=drawing())
    assert "data-light" in head_of(brand)
    upload(client, brand, logo_dark=drawing((300, 100)))
    head = head_of(brand)
    dark = re.search(r'<source media="\(prefers-color-scheme: dark\)" srcset="([^"]+)"', head)
    assert dark is not None
    assert dark[1] != address_in(head)
    assert "data-light" not in head


def test_square_logo_leaves_the_name_beside_it(brand: Brand, lead: User, client_for: Any) -> None:
    upload(client_for(lead), brand, logo=drawing((100, 100)))
    assert f">{brand.name}</span>" in head_of(brand)
    upload(client_for(lead), brand, logo=drawing((400, 100)))
    assert f">{brand.name}</span>" not in head_of(brand)


def test_logo_is_removed_and_put_back(brand: Brand, lead: User, client_for: Any) -> None:
    client = client_for(lead)
    upload(client, brand, logo=drawing((400, 100)))
    first = address_in(head_of(brand))
    upload(client, brand, logo=drawing((500, 100)))
    second = address_in(head_of(brand))
    assert first != second
    change(client, brand, "take-light")
    assert "<img" not in head_of(brand)
    # It should stay in mails that were sent
    assert Client().get(first).status_code == Client().get(second).status_code == 200
    change(client, brand, "back-light")
    assert address_in(head_of(brand)) == second
    change(client, brand, "back-light")
    assert address_in(head_of(brand)) == first
    assert change(client, brand, "away").status_code == 400


def test_saving_other_things_leaves_the_logo(brand: Brand, lead: User, client_for: Any) -> None:
    client = client_for(lead)
    upload(client, brand, logo=drawing())
    before = address_in(head_of(brand))
    upload(client, brand)
    assert address_in(head_of(brand)) == before


def test_logo_of_one_brand_is_not_at_another(
    brand: Brand, second_brand: Brand, lead: User, client_for: Any
) -> None:
    upload(client_for(lead), brand, logo=drawing())
    path = address_in(head_of(brand))
    assert Client().get(path.replace(brand.slug, second_brand.slug)).status_code == 404
    assert Client().get(f"/help/{brand.slug}/logo/{'a' * 26}/").status_code == 404
    assert "<img" not in head_of(second_brand)


def test_agents_and_strangers_change_no_logo(
    brand: Brand, alice: User, charlie: User, client_for: Any
) -> None:
    for user in (alice, charlie):
        assert upload(client_for(user), brand, logo=drawing()).status_code in (403, 404)
        assert change(client_for(user), brand, "take-light").status_code in (403, 404)
    assert Logo.objects.count() == 0


def test_form_and_chat_show_the_logo(brand: Brand, lead: User, client_for: Any) -> None:
    upload(client_for(lead), brand, logo=drawing())
    path = address_in(head_of(brand))
    form: Any = ConnectionFactory(inbox=InboxFactory(brand=brand, kind="form", key="ask"), config={})
    chat: Any = ConnectionFactory(inbox=InboxFactory(brand=brand, kind="webchat", key="talk"), config={})
    assert path in Client().get(f"/f/{form.inbox.key}/").content.decode()
    page = Client().get(f"/chat/{chat.inbox.key}/frame/").content.decode()
    assert re.search(rf'<img class="logo" src="{path}"[^>]*alt="{brand.name}"', page)


def test_mails_show_the_logo_by_its_whole_address(
    brand: Brand, lead: User, dana: Customer, client_for: Any, settings: Any
) -> None:
    upload(client_for(lead), brand, logo=drawing(), logo_dark=drawing())
    brand.public_base_url = "https://help.nordlicht.test"
    brand.save(update_fields=["public_base_url"])
    address = re.escape("https://help.nordlicht.test/logo/")
    picture = rf'<img src="{address}[a-z2-7]{{26}}/"[^>]*alt="{brand.name}"'
    # A code
    Client().post(f"/help/{brand.slug}/my/sign-in/", {"email": "dana@example.net"})
    (file,) = settings.MAIL_DIR.glob("*.eml")
    mail = email.message_from_bytes(file.read_bytes(), policy=policy.default)
    body = mail.get_body(("html",))
    assert body is not None
    assert re.search(picture, body.get_content())
    # A survey: in the row stands no address, so that it is today's when it leaves
    ticket: Any = TicketFactory(brand=brand, customer=dana)
    invitation: Any = InvitationFactory(survey=SurveyFactory(brand=brand), ticket=ticket)
    asked = question_of(invitation)
    assert '<img src="cid:logo"' in asked.html
    left = clean_html(Message(ticket=ticket, html=asked.html, is_auto=True))
    assert re.search(picture.replace("<img ", "<img [^>]*"), left)
    logos.take_away(brand, is_dark=False, actor=lead)
    assert "/logo/" not in clean_html(Message(ticket=ticket, html=asked.html, is_auto=True))


def test_enter_in_a_field_saves_and_removes_nothing(brand: Brand, lead: User, client_for: Any) -> None:
    """A browser presses the first button of the form."""
    client = client_for(lead)
    upload(client, brand, logo=drawing())
    page = client.get(f"/desk/articles/look/{brand.pk}/").content.decode()
    buttons = re.findall(r"<button[^>]*>", page[page.index('enctype="multipart/form-data"') :])
    own = [one for one in buttons if 'type="submit"' in one and 'form="' not in one]
    assert [one for one in own if "take-" in one] == []
    assert re.search(r'<button[^>]*form="logo-change"[^>]*value="take-light"', page)
