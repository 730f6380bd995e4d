"""Why a start is refused: each error is one sentence for the person at the terminal."""

import errno
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


def last_words(log: Path, *, since: int = 0, marks: tuple[str, ...] = ()) -> str:
    """Return the last line of `log` (from byte `since` on) that holds one of `marks`, else its last line."""
    try:
        with log.open("rb") as file:
            file.seek(since)
            lines = file.read()[-65536:].decode(errors="replace").splitlines()
    except OSError:
        return ""
    lines = [line.strip() for line in lines if line.strip()]
    for line in reversed(lines):
        if any(mark in line for mark in marks):
            return line
    return lines[-1] if lines else ""
