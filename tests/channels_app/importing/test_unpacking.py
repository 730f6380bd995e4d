"""An upload becomes files beside each other, or one clear sentence: never an error that is tried again for ever."""

import io
import zipfile

import pytest

from channels_app.importing.rows import UnreadableFile
from channels_app.importing.unpacking import unpack


def archive(*names, method=zipfile.ZIP_DEFLATED):
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", method) as out:
        for name in names:
            out.writestr(name, b'{"tickets": []}' * 100)
    return found


@pytest.mark.parametrize(
    "names",
    [("tickets.json", "tickets.json/1.json"), ("x" * 300 + ".json",)],
    ids=["file_and_folder", "long"],
)
def test_names_that_no_folder_holds_are_one_sentence(names, tmp_path):
    with pytest.raises(UnreadableFile, match="names"):
        unpack(archive(*names), "export.zip", tmp_path)


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=["deflate", "bzip2", "lzma"]
)
def test_damaged_data_is_one_sentence(method, tmp_path):
    content = bytearray(archive("tickets.json", method=method).getvalue())
    content[46:60] = b"\xff" * 14
    with pytest.raises(UnreadableFile):
        unpack(io.BytesIO(bytes(content)), "export.zip", tmp_path)


def test_a_path_out_of_the_folder_stays_inside(tmp_path):
    inside = tmp_path / "inside"
    inside.mkdir()
    (found,) = unpack(archive("../../tickets.json"), "export.zip", inside)
    assert found == inside / "tickets.json"


def test_a_long_name_keeps_its_ending(tmp_path):
    (found,) = unpack(io.BytesIO(b"[]"), "\u0449" * 199 + ".json", tmp_path)
    assert found.suffix == ".json"
    assert found.read_bytes() == b"[]"
