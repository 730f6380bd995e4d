"""An upload becomes files beside each other: an export as it is, or a ZIP of it with its attachments."""

import errno
import lzma
import shutil
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import IO, Final

from channels_app.importing.rows import UnreadableFile

MOST_BYTES: Final = 2 * 2**30  # unpacked
MOST_FILES: Final = 100_000
DAMAGED: Final = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError, ValueError, EOFError,
)  # fmt: skip
# Names no folder can hold, and data that is no bzip2: the archive's doing, not the disk's.
ODD: Final = (None, errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.EINVAL)
LONGEST_NAME: Final = 200  # bytes
ENDINGS: Final = (".json", ".jsonl", ".ndjson", ".csv", ".txt")


def unpack(source: IO[bytes], name: str, folder: Path) -> Sequence[Path]:
    """Lay it down in `folder`; gives the files of the export, not those of its messages. Raises UnreadableFile."""
    if not zipfile.is_zipfile(source):
        source.seek(0)
        plain = PurePosixPath(name.replace("\\", "/")).name.replace("\0", "").encode(errors="ignore")
        target = folder / (plain[-LONGEST_NAME:].decode(errors="ignore") or "export")
        with target.open("wb") as file:
            shutil.copyfileobj(source, file)
        return [target]
    source.seek(0)
    try:
        with zipfile.ZipFile(source) as archive:
            extract(archive, folder)
    except DAMAGED:
        raise UnreadableFile("the archive is damaged, or has a password") from None
    except OSError as error:
        if error.errno not in ODD:
            raise
        raise UnreadableFile("the archive has names that no folder can hold") from None
    return exports_in(folder)


def extract(archive: zipfile.ZipFile, folder: Path) -> None:
    """`extract` of the library keeps every path inside of the folder, and reads no more than the archive says."""
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise UnreadableFile("the archive is too large unpacked: import it in parts, or on a terminal")
    for entry in entries:
        archive.extract(entry, folder)


def exports_in(folder: Path) -> Sequence[Path]:
    """Of the uppermost folder that has any: what lies deeper are files of messages, which may be JSON too."""
    found = [path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() in ENDINGS]
    if not found:
        raise UnreadableFile("there is no JSON and no CSV file in the archive")
    highest = min(len(path.parts) for path in found)
    return sorted(path for path in found if len(path.parts) == highest)
