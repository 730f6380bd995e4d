"""Archives that somebody made to do harm, and folders."""

import io
import zipfile

import pytest

from knowledge_base.domain.imports import bundles
from knowledge_base.domain.imports.bundles import BadBundle, BadFile, open_bundle, pack
from tests.knowledge_base.domain.imports.conftest import notes, report, zipped


def link_to(target):
    info = zipfile.ZipInfo("link.md")
    info.external_attr = 0o120777 << 16
    return info, target


@pytest.mark.parametrize(
    "path", ["../out.md", "/etc/out.md", "a/../../out.md", "C:\\out.md", "..\\out.md", "a\x07.md"]
)
def test_paths_that_lead_out_stay_out(looked_at, path):
    job = looked_at({path: "# Out", "in.md": "# In\n\nYes."})

    assert [job.items.get(path="in.md").will, job.items.exclude(path="in.md").get().will] == [
        "create",
        "fail",
    ]
    assert len(notes(job)) == 1


def test_links_and_locked_files_stay_out():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(*link_to("/etc/passwd"))
        archive.writestr("in.md", "# In")
    raw = bytearray(out.getvalue())
    bundle = open_bundle(io.BytesIO(bytes(raw)), "x.zip")
    assert (list(bundle.known), list(bundle.refused)) == (["in.md"], ["link.md"])

    at = raw.rindex(b"PK\x01\x02")
    raw[at + 8] |= 1  # encrypted, says the directory
    locked = open_bundle(io.BytesIO(bytes(raw)), "x.zip")
    assert sorted(locked.refused) == ["in.md", "link.md"]


def test_a_bomb_is_not_unpacked(looked_at, monkeypatch):
    bomb = zipped({"bomb.md": b"0" * (3 * 2**20), "in.md": "# In\n\nYes."})
    assert len(bomb.getvalue()) < 10_000
    job = looked_at(bomb)
    assert report(job) == {"bomb.md": ("fail", "failed"), "in.md": ("create", "waiting")}

    monkeypatch.setattr(bundles, "MAX_UNPACKED", 2**20)
    with pytest.raises(BadBundle):
        open_bundle(bomb, "x.zip")


def test_a_file_larger_than_it_says_is_refused():
    raw = bytearray(zipped({"a.md": b"0" * (3 * 2**20)}).getvalue())
    at = raw.rindex(b"PK\x01\x02")
    raw[at + 24 : at + 28] = (10).to_bytes(4, "little")
    bundle = open_bundle(io.BytesIO(bytes(raw)), "x.zip")
    with pytest.raises(BadFile):
        bundle.read("a.md")


def test_too_many_files_are_refused(monkeypatch):
    monkeypatch.setattr(bundles, "MAX_FILES", 3)
    with pytest.raises(BadBundle):
        open_bundle(zipped({f"{number}.md": "x" for number in range(4)}), "x.zip")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"%PDF-1.4", b"\x00" * 100])
def test_what_is_no_archive_is_refused(content):
    with pytest.raises(BadBundle):
        open_bundle(io.BytesIO(content), "x.zip")


def test_a_damaged_file_does_not_stop_the_others(looked_at):
    raw = bytearray(zipped({"a.md": "# A\n\nA long text about it.", "b.md": "# B\n\nYes."}).getvalue())
    raw[raw.index(b"a.md") + 8] ^= 0xFF  # within the packed bytes of the first
    job = looked_at(io.BytesIO(bytes(raw)))
    assert (report(job)["a.md"][0], report(job)["b.md"][0]) == ("fail", "create")


def test_one_folder_around_everything_is_no_category(looked_at):
    job = looked_at(
        {"help-main/orders/a.md": "# A\n\nx", "help-main/b.md": "# B\n\nx", "help-main/.git/c.md": "# C"}
    )
    assert sorted(report(job)) == ["b.md", "orders/a.md"]


def test_a_folder_is_packed_without_links_and_hidden_files(tmp_path):
    (tmp_path / "guides").mkdir()
    (tmp_path / "guides" / "a.md").write_text("# A")
    (tmp_path / ".secret.md").write_text("# No")
    (tmp_path / "notes.txt").write_text("No")
    (tmp_path / "out.md").symlink_to("/etc/passwd")
    with pack(tmp_path) as content:
        assert list(open_bundle(content, "x.zip").known) == ["guides/a.md"]
    with pytest.raises(BadBundle):
        pack(tmp_path / "none")


def test_long_list_of_files_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(bundles, "MAX_LISTED", 1_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(40):
            archive.writestr(f"{number}.md", "")
    with pytest.raises(BadBundle, match="more than 5000 files"):
        open_bundle(out, "x.zip")
