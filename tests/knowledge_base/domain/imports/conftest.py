import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from accounts.models import Brand, User
from knowledge_base.domain.imports import running
from knowledge_base.models import Import

Files = dict[str, bytes | str]


def zipped(files: Files, method: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    out.seek(0)
    return out


def picture(color: str = "red", size: tuple[int, int] = (40, 20), **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, "JPEG", **more)
    return out.getvalue()


@pytest.fixture
def looked_at(brand: Brand, lead: User) -> Callable[..., Import]:
    """`looked_at({"a.md": "# A"})`: the report, nothing brought in yet."""

    def look(files: Files | io.BytesIO, *, file_name: str = "help.zip", **options: Any) -> Import:
        content = files if isinstance(files, io.BytesIO) else zipped(files)
        values = {"name": "files", "language": "en", "actor": lead, "brand": brand} | options
        job = running.begin(content, file_name=file_name, **values)
        running.check(job)
        job.refresh_from_db()
        return job

    return look


@pytest.fixture
def brought_in(looked_at: Callable[..., Import], lead: User) -> Callable[..., Import]:
    """The same, and everything that could be is in."""

    def bring(files: Files | io.BytesIO, **options: Any) -> Import:
        job = running.start(looked_at(files, **options), actor=options.get("actor", lead))
        while running.work(job.pk, seconds=30):
            pass
        job.refresh_from_db()
        return job

    return bring


def report(job: Import) -> dict[str, tuple[str, str]]:
    return {item.path: (item.will, item.state) for item in job.items.all()}


def notes(job: Import) -> dict[str, list[str]]:
    return {item.path: item.notes for item in job.items.all() if item.notes}
