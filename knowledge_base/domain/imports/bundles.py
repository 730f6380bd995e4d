"""The files of an import, out of an archive that anybody may have made: nothing is unpacked to disk, all is bounded."""

import io
import os
import posixpath
import re
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from django.utils.translation import gettext as _

from knowledge_base.domain.errors import ArticleError

MAX_ARCHIVE: Final = 100 * 2**20  # bytes of what is handed in
MAX_FILES: Final = 5_000
MAX_UNPACKED: Final = 500 * 2**20  # of all files together
MAX_TEXT: Final = 2 * 2**20
MAX_TEXTS: Final = 50 * 2**20  # of all pages together: they are in memory at once
MAX_LISTED: Final = 4 * 2**20  # bytes of an archive's own list of files
MAX_PICTURE: Final = 15 * 2**20
MAX_PATH: Final = 300  # characters
PAGES: Final = {".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html", ".csv": "csv"}
PICTURES: Final = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp"})
HIDDEN = re.compile(r"(?:^|/)(?:\.(?!\.?/)|__MACOSX/|node_modules/|Thumbs\.db$)")
BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, UnicodeError,
)  # fmt: skip


class BadBundle(ArticleError):
    """The whole of it cannot be read."""


class BadFile(ArticleError):
    """One file cannot be read; the others can."""


def suffix(path: str) -> str:
    return posixpath.splitext(path)[1].lower()


def safe_path(name: str) -> str:
    """The path inside the archive. BadFile for one that leads out of it, or says something else to other programs."""
    path = name.replace("\\", "/")
    if len(path) > MAX_PATH or any(ord(sign) < 32 for sign in path):
        raise BadFile(_("Its name is too long or has signs that no file name should have."))
    if path.startswith("/") or re.match(r"^[A-Za-z]:", path) or ".." in path.split("/"):
        raise BadFile(_("Its path leads out of the archive."))
    return posixpath.normpath(path)


def without_common_folder(paths: list[str]) -> int:
    """How many characters of one folder around everything stand before each path: archives often have one."""
    first = {path.partition("/")[0] for path in paths}
    if len(first) != 1 or any("/" not in path for path in paths):
        return 0
    return len(first.pop()) + 1


class Bundle:
    """Files by their paths. Those left out, and why, are in `refused`."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.refused: dict[str, str] = {}
        self.taken = 0
        self.known = self.listed()

    def listed(self) -> dict[str, zipfile.ZipInfo]:
        infos = [info for info in self.archive.infolist() if not info.is_dir()]
        if len(infos) > MAX_FILES:
            raise BadBundle(_("There are more than %(most)s files in it.") % {"most": MAX_FILES})
        if sum(info.file_size for info in infos) > MAX_UNPACKED:
            raise BadBundle(_("Unpacked, it is larger than %(most)s MB.") % {"most": MAX_UNPACKED // 2**20})
        found: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            if HIDDEN.search(info.filename.replace("\\", "/")):
                continue
            try:
                path = safe_path(info.filename)
                self.refuse(info)
            except BadFile as error:
                self.refused[info.filename[:MAX_PATH]] = str(error)
            else:
                found.setdefault(path, info)
        cut = without_common_folder(list(found))
        return {path[cut:]: info for path, info in found.items()}

    def refuse(self, info: zipfile.ZipInfo) -> None:
        if info.flag_bits & 0x1:
            raise BadFile(_("It is locked by a password."))
        if stat.S_ISLNK(info.external_attr >> 16):
            raise BadFile(_("It is a link to another file."))

    def has(self, path: str) -> bool:
        return path in self.known

    def pages(self) -> Iterator[tuple[str, str]]:
        """(path, format) of what becomes articles, in order."""
        for path in sorted(self.known):
            if kind := PAGES.get(suffix(path)):
                yield path, kind

    def read(self, path: str) -> bytes:
        """What is in the file. BadFile when it is broken or larger than it says; BadBundle past the sum of all."""
        info = self.known[path]
        most = MAX_PICTURE if suffix(path) in PICTURES else MAX_TEXT
        try:
            with self.archive.open(info) as file:
                content = file.read(most + 1)
        except BROKEN as error:
            raise BadFile(_("It cannot be read: the archive is damaged here.")) from error
        self.taken += len(content)
        if self.taken > MAX_UNPACKED * 2:  # each is read twice at most
            raise BadBundle(_("Unpacked, it is larger than %(most)s MB.") % {"most": MAX_UNPACKED // 2**20})
        if len(content) > most:
            raise BadFile(_("It is larger than %(most)s MB.") % {"most": most // 2**20})
        return content


def open_bundle(content: IO[bytes], name: str) -> Bundle:
    """An archive, or one file by itself. BadBundle for what is neither."""
    try:
        if PAGES.get(suffix(name)):
            return Bundle(archive_of_one(content.read(MAX_TEXT + 1), name))
        refuse_long_list(content)
        return Bundle(zipfile.ZipFile(content))
    except BROKEN as error:
        raise BadBundle(_("This is no ZIP archive, Markdown, HTML or CSV file.")) from error


def refuse_long_list(content: IO[bytes]) -> None:
    """Before the list of files is read into memory: a million empty ones fit into a small archive."""
    end = zipfile._EndRecData(content)  # type: ignore[attr-defined]  # what ZipFile itself goes by
    if end and end[zipfile._ECD_SIZE] > MAX_LISTED:  # type: ignore[attr-defined]
        raise BadBundle(_("There are more than %(most)s files in it.") % {"most": MAX_FILES})


def archive_of_one(content: bytes, name: str) -> zipfile.ZipFile:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(posixpath.basename(name.replace("\\", "/")) or "file", content)
    return zipfile.ZipFile(out)


def pack(folder: Path) -> IO[bytes]:
    """A folder as an archive: pages and pictures, no links, nothing hidden. BadBundle for none and for too much."""
    if not folder.is_dir():
        raise BadBundle(_("There is no folder %(name)s.") % {"name": folder})
    out = tempfile.TemporaryFile()  # noqa: SIM115 -- it is handed to the caller
    count = size = 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(files_in(folder)):
            path = file.relative_to(folder).as_posix()
            count, size = count + 1, size + file.stat().st_size
            if count > MAX_FILES or size > MAX_UNPACKED:
                raise BadBundle(_("There is more in this folder than an import takes."))
            archive.writestr(f"import/{path}", file.read_bytes())
    out.seek(0)
    return out


def files_in(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder, followlinks=False):
        folders[:] = [name for name in folders if not name.startswith(".") and name != "node_modules"]
        for name in names:
            file = Path(place, name)
            wanted = suffix(name) in PAGES or suffix(name) in PICTURES
            if wanted and not name.startswith(".") and not file.is_symlink() and file.is_file():
                yield file
