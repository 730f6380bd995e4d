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


def outcome(tmp_path: Path, **env: str) -> str:
    (tmp_path / "test_it.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = browser\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.plugins.must_run", "-p", "no:django"]
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
