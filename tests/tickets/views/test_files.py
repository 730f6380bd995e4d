from collections.abc import Callable

from django.test import Client

from accounts.models import User
from carecenter.lib.blobs.storage import store
from tickets.domain.intake import IncomingFile
from tickets.models import Attachment, Message, Ticket

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def with_file(write_in: Callable[..., Ticket], content: bytes, name: str, content_id: str = "") -> Attachment:
    file = IncomingFile(blob=store(content), name=name, content_type="text/html", content_id=content_id)
    ticket = write_in(
        files=(file,), html='<p>See <img src="cid:pic1"> <img src="https://t.example/x.png"></p>'
    )
    return Attachment.objects.get(message__ticket=ticket)


def test_file_is_a_download_whatever_it_pretends(alice_at: Client, write_in: Callable[..., Ticket]) -> None:
    file = with_file(write_in, b"<script>alert(1)</script>", "invoice.html")
    response = alice_at.get(f"/desk/files/{file.token}/")
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"] == 'attachment; filename="invoice.html"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"


def test_file_of_another_pool_is_not_there(
    client_for: Callable[[User], Client], charlie: User, write_in: Callable[..., Ticket]
) -> None:
    file = with_file(write_in, PNG, "a.png", "pic1")
    message = Message.objects.get()
    for path in (f"files/{file.token}/", f"files/{file.token}/picture/", f"messages/{message.pk}/html/"):
        assert client_for(charlie).get(f"/desk/{path}").status_code == 404


def test_file_whose_bytes_are_gone_is_not_there(
    alice_at: Client, write_in: Callable[..., Ticket], tmp_path: object, settings: object
) -> None:
    file = with_file(write_in, PNG, "a.png")
    settings.BLOB_DIR = tmp_path / "elsewhere"  # type: ignore[attr-defined,operator]
    assert alice_at.get(f"/desk/files/{file.token}/").status_code == 404


def test_only_real_pictures_are_shown_in_place(alice_at: Client, write_in: Callable[..., Ticket]) -> None:
    real = with_file(write_in, PNG, "a.png", "pic1")
    fake = with_file(write_in, b"<svg onload=alert(1)>", "b.png", "pic1")
    assert alice_at.get(f"/desk/files/{real.token}/picture/").headers["Content-Type"] == "image/png"
    assert alice_at.get(f"/desk/files/{fake.token}/picture/").status_code == 404


def test_mail_is_shown_without_scripts_and_without_the_webs_pictures(
    alice_at: Client, write_in: Callable[..., Ticket]
) -> None:
    file = with_file(write_in, PNG, "a.png", "pic1")
    message = Message.objects.get()
    response = alice_at.get(f"/desk/messages/{message.pk}/html/")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-same-origin allow-popups" in policy
    assert "allow-scripts" not in policy
    assert "https:" not in policy
    page = response.content.decode()
    assert f"/desk/files/{file.token}/picture/" in page
    assert "t.example" not in page

    asked = alice_at.get(f"/desk/messages/{message.pk}/html/?pictures=1")
    assert "https://t.example/x.png" in asked.content.decode()
    assert "img-src 'self' data: https: http:" in asked.headers["Content-Security-Policy"]
