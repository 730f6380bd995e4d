"""What bin/test adds to pytest."""

import subprocess
import sys
from pathlib import Path

import pytest

from carecenter.embedded import paths
from tests.stacks import clean_environment

TESTS = """
import pytest
@pytest.mark.browser
def test_page(): pytest.skip("there is no Chromium")
def test_other(): pytest.skip("not on Mondays")
"""


WAITED = """
import pytest
tries = []
@pytest.mark.browser
def test_page():
    tries.append(1)
    if len(tries) == 1: raise TimeoutError("Timeout 30000ms exceeded.")
@pytest.mark.browser
def test_words():
    tries.append(1)
    assert len(tries) != 3, "These are the wrong words."
def test_other():
    tries.append(1)
    if len(tries) == 4: raise TimeoutError
"""


def outcome(tmp_path: Path, tests: str = TESTS, **env: str) -> str:
    (tmp_path / "test_it.py").write_text(tests)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = browser\n")
    command = [sys.executable, "-m", "pytest", "-qrR", "-p", "no:django"]
    command += ["-p", "tests.plugins.must_run", "-p", "tests.plugins.once_more"]
    found = subprocess.run(
        [*command, "-p", "no:cacheprovider", str(tmp_path)],
        cwd=paths.PROJECT_DIR, env=clean_environment(**env), capture_output=True, text=True, check=False,
    )  # fmt: skip
    return found.stdout


def test_skipped_browser_test_is_a_failure_in_ci(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    assert "2 skipped" in outcome(tmp_path)
    in_ci = outcome(tmp_path, CI="true")
    assert "1 failed, 1 skipped" in in_ci
    assert "browser must run in CI, and was skipped: " in in_ci
    assert "there is no Chromium" in in_ci


def test_browser_test_that_waited_in_vain_runs_once_more_in_ci(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    assert "rerun" not in outcome(tmp_path, WAITED)
    in_ci = outcome(tmp_path, WAITED, CI="true")
    assert "2 failed, 1 passed, 1 rerun" in in_ci
    assert "RERUN " in in_ci
