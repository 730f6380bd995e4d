"""The one sentence a person gets."""

import errno
from pathlib import Path

import pytest

from carecenter.embedded import errors, stack


def log_with(tmp_path: Path, text: str) -> Path:
    log = tmp_path / "step.log"
    log.write_text(text)
    return log


def test_why_takes_the_last_marked_line(tmp_path: Path) -> None:
    log = log_with(tmp_path, "LOG: starting\nFATAL:  wrong file.\nLOG: database system is shut down\n")
    assert errors.why(log, marks=("FATAL:",)) == f"wrong file (see {log})."


def test_why_looks_only_at_this_start(tmp_path: Path) -> None:
    log = log_with(tmp_path, "No space left on device\n")
    since = log.stat().st_size
    log.write_text(log.read_text() + "port is taken\n")
    assert errors.why(log, since=since) == f"port is taken (see {log})."


@pytest.mark.parametrize("words", ["OSError: [Errno 28] No space left on device", "npm error code ENOSPC"])
def test_why_knows_a_full_disk(tmp_path: Path, words: str) -> None:
    assert errors.why(log_with(tmp_path, f"{words}\nmore\n")) == "the disk is full."


def test_why_of_silence(tmp_path: Path) -> None:
    log = log_with(tmp_path, "")
    assert errors.why(log) == f"it said nothing (see {log})."


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "The disk is full (/srv/x): free some space and start again."),
        (
            errno.EACCES,
            "This user may not write there (/srv/x): change the owner or choose another --data folder.",
        ),
        (errno.EROFS, "The file system is read-only (/srv/x)."),
        (errno.EIO, "Input/output error (/srv/x)."),
    ],
)
def test_explain_names_what_the_system_refused(number: int, sentence: str) -> None:
    import os

    assert errors.explain(OSError(number, os.strerror(number), "/srv/x")) == sentence


@pytest.mark.parametrize(
    "words", [["--port", "0"], ["--port", "70000"], ["--port", "x"], ["--port", "2525"], ["--nonsense"]]
)
def test_wrong_options_are_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        stack.parse_options(words)
    assert ended.value.code == 2
    assert "bin/run: error:" in capsys.readouterr().err


def test_options_have_their_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARECENTER_DATA", "/srv/data")
    assert stack.parse_options([]) == stack.Options(8000, 2525, Path("/srv/data"), empty=False)
    assert stack.parse_options(["--data", "/tmp/x", "--empty"]) == stack.Options(
        8000, 2525, Path("/tmp/x"), empty=True
    )
