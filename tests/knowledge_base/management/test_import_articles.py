"""bin/manage import_articles: a dry run, the import, the same again, taken back."""

import io

import pytest
from django.core.management import CommandError, call_command

from knowledge_base.models import Article, Import


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "orders").mkdir()
    (tmp_path / "orders" / "returns.md").write_text("# Returns\n\nPack it.")
    (tmp_path / "broken.md").write_bytes(b"\x00")
    return tmp_path


def run(*args):
    out = io.StringIO()
    call_command("import_articles", *map(str, args), stdout=out)
    return out.getvalue()


def test_a_dry_run_says_all_and_does_nothing(folder, brand):
    said = run(folder, "--brand", brand.slug, "--dry-run")
    assert "create  orders/returns.md: Returns" in said
    assert "fail    broken.md" in said
    assert "1 create, 1 fail" in said
    assert (Article.objects.count(), Import.objects.count()) == (0, 0)


def test_imported_again_and_taken_back(folder, brand, lead):
    for _ in range(2):
        said = run(folder, "--brand", brand.slug, "--by", lead.email, "--publish")
    made = Article.objects.get()
    assert (made.owner, made.texts.get().published.title) == (lead, "Returns")
    assert "1 same, 1 fail" in said

    first, second = Import.objects.order_by("pk")
    assert "0 stayed" in run("--undo", second.pk)
    made.refresh_from_db()
    assert made.archived_at is None
    run("--undo", first.pk)
    made.refresh_from_db()
    assert made.archived_at is not None


@pytest.mark.parametrize(
    "args", [("--brand", "none"), (), ("--brand", "nordlicht-home", "--by", "x@example.org"), ("--undo", "7")]
)
def test_what_is_not_there_is_said(folder, brand, args):
    with pytest.raises(CommandError):
        run(folder, *args)
    assert not Article.objects.exists()
