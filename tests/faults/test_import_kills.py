"""The process that imports dies between a page's rows and their commit: the page comes in once, later."""

import io
import zipfile

import pytest

from knowledge_base.domain.imports import running
from knowledge_base.models import Article, Import, ImportItem
from knowledge_base.tasks import sweep_imports
from tests.faults.test_points import LONG_AGO, die_at  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)
RUN = "from knowledge_base.domain.imports.running import work; work({pk}, seconds=9)"


def test_a_page_comes_in_once_whoever_dies(die_at, brand, lead):  # noqa: F811
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("a", "b", "c"):
            archive.writestr(f"{name}.md", f"# {name.upper()}\n\nText.")
    options = {"file_name": "x.zip", "name": "files", "language": "en"}
    job = running.begin(out, brand=brand, actor=lead, **options)
    running.check(job)
    # Running, without telling a worker of this process.
    Import.objects.filter(pk=job.pk).update(state="running")

    die_at("import_page", RUN.format(pk=job.pk))
    assert Article.objects.count() == 0
    assert ImportItem.objects.filter(state="waiting").count() == 3

    Import.objects.filter(pk=job.pk).update(next_try_at=LONG_AGO)
    sweep_imports()
    job.refresh_from_db()
    assert job.state == "done"
    assert sorted(Article.objects.values_list("slug", flat=True)) == ["a", "b", "c"]
