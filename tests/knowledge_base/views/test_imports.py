"""The screens of an import: handed in, its report, in, taken back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Brand, User
from knowledge_base.domain.imports import bundles
from knowledge_base.models import Article, Category, Import
from tests.knowledge_base.domain.imports.conftest import zipped

FILES: dict[str, bytes | str] = {"returns.md": "# Returns\n\nPack it.", "broken.md": b"\x00"}


@pytest.fixture
def lead_at(client_for: Callable[[User], Client], lead: User) -> Client:
    return client_for(lead)


def handed_in(browser: Client, brand: Brand, **fields: Any) -> Any:
    content = fields.pop("content", None) or zipped(FILES).getvalue()
    name = fields.pop("file_name", "help.zip")
    values = {"brand": brand.pk, "name": "files", "visibility": "public", "language": ""} | fields
    return browser.post("/desk/articles/import/", {**values, "file": SimpleUploadedFile(name, content)})


def test_an_import_is_reported_run_and_taken_back(lead_at: Client, brand: Brand, after_commit: Any) -> None:
    with after_commit():
        response = handed_in(lead_at, brand)
    job = Import.objects.get()
    assert response.headers["Location"] == f"/desk/articles/import/{job.pk}/"
    page = lead_at.get(f"/desk/articles/import/{job.pk}/").content.decode()
    assert "1 page would be imported" in page
    assert "It is no text." in page
    assert Article.objects.count() == 0

    with after_commit():
        lead_at.post(f"/desk/articles/import/{job.pk}/start/")
    assert "1 page is in." in lead_at.get(f"/desk/articles/import/{job.pk}/").content.decode()
    made = Article.objects.get()
    assert (made.slug, made.archived_at) == ("returns", None)

    with after_commit():
        lead_at.post(f"/desk/articles/import/{job.pk}/undo/")
    made.refresh_from_db()
    assert made.archived_at is not None
    again = lead_at.post(f"/desk/articles/import/{job.pk}/undo/", follow=True)
    assert "not at that point any more" in again.content.decode()


def test_while_it_works_the_page_asks_again(lead_at: Client, brand: Brand) -> None:
    handed_in(lead_at, brand)
    job = Import.objects.get()
    page = lead_at.get(f"/desk/articles/import/{job.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert f'hx-get="/desk/articles/import/{job.pk}/"' in page
    assert "Your files are being read" in page


@pytest.mark.parametrize("content", [b"PK\x03\x04nonsense", b"%PDF-1.4 x", b"\x00"])
def test_what_is_no_archive_is_said_at_once(lead_at: Client, brand: Brand, content: bytes) -> None:
    response = handed_in(lead_at, brand, content=content)
    assert response.status_code == 422
    assert "This is no ZIP archive, Markdown, HTML or CSV file." in response.content.decode()
    assert not Import.objects.exists()


def test_too_large_is_refused_before_it_is_read(
    lead_at: Client, brand: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    from knowledge_base.views import imports

    monkeypatch.setattr(imports, "MAX_ARCHIVE", 10)
    monkeypatch.setattr(imports, "FORM_BYTES", 10)
    assert handed_in(lead_at, brand).status_code == 413
    assert bundles.MAX_ARCHIVE > 10


def test_only_brands_of_the_user_are_offered(lead_at: Client, other_brand: Brand, brand: Brand) -> None:
    foreign = Category.objects.create(brand=other_brand, slug="x", names={"en": "Secret shelf"})
    page = lead_at.get("/desk/articles/import/").content.decode()
    assert ("Weststern" in page, "Secret shelf" in page) == (False, False)
    assert handed_in(lead_at, other_brand).status_code == 422
    assert handed_in(lead_at, brand, category=foreign.pk).status_code == 422
    assert not Import.objects.exists()


def test_agents_do_not_import(client_for: Callable[[User], Client], alice: User, brand: Brand) -> None:
    browser = client_for(alice)
    assert browser.get("/desk/articles/import/").status_code == 404
    assert handed_in(browser, brand).status_code == 404


@pytest.mark.parametrize("show", ["", "create", "fail", "same", "<b>"])
def test_report_is_narrowed(lead_at: Client, brand: Brand, after_commit: Any, show: str) -> None:
    with after_commit():
        handed_in(lead_at, brand)
    page = lead_at.get(f"/desk/articles/import/{Import.objects.get().pk}/", {"show": show}).content.decode()
    shown = ("returns.md" in page, "broken.md" in page)
    assert shown == {"create": (True, False), "fail": (False, True), "same": (False, False)}.get(
        show, (True, True)
    )
