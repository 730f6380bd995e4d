"""Why a start is refused: each error is one sentence for the person at the terminal."""

import errno
import shutil
from pathlib import Path


class CannotStart(Exception):
    """Its text is one clear sentence; the command prints it and ends with exit code 1."""


class Stopped(BaseException):
    """Somebody asked us to end (Ctrl-C, SIGTERM, SIGHUP) before we were done."""


def explain(error: OSError) -> str:
    """Say in one sentence what the operating system refused."""
    place = f" ({error.filename})" if error.filename else ""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"The disk is full{place}: free some space and start again."
    if error.errno == errno.EROFS:
        return f"The file system is read-only{place}."
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"This user may not write there{place}: change the owner or choose another --data folder."
    if error.errno in {errno.ENOTDIR, errno.EEXIST, errno.EISDIR}:
        return f"The data folder is damaged or not a folder{place}: {error.strerror}."
    return f"{error.strerror or error}{place}."


_NO_SPACE = ("No space left on device", "ENOSPC", "Disk quota exceeded")
_FULL_BELOW = 4 * 2**20  # a full disk often cuts off the very line that would say so


def why(log: Path, *, since: int = 0, marks: tuple[str, ...] = ()) -> str:
    """Say why the command that wrote `log` (from byte `since` on) failed, as the end of a sentence."""
    if (
        any(word in _tail(log, since) for word in _NO_SPACE)
        or shutil.disk_usage(log.parent).free < _FULL_BELOW
    ):
        return "the disk is full."
    words = last_words(log, since=since, marks=marks) or "it said nothing"
    for mark in marks:
        words = words.rpartition(mark)[2].strip() or words
    return f"{words.rstrip('.')} (see {log})."


def last_words(log: Path, *, since: int = 0, marks: tuple[str, ...] = ()) -> str:
    """Return the last line of `log` that holds one of `marks`, else its last line."""
    lines = [line.strip() for line in _tail(log, since).splitlines() if line.strip()]
    for line in reversed(lines):
        if any(mark in line for mark in marks):
            return line
    return lines[-1] if lines else ""


def _tail(log: Path, since: int) -> str:
    try:
        with log.open("rb") as file:
            file.seek(since)
            return file.read()[-65536:].decode(errors="replace")
    except OSError:
        return ""
