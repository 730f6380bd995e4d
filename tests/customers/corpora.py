"""Where the material to judge by lies, when this machine has it. It is never part of the repository."""

import json
from pathlib import Path
from typing import Any

import pytest

IDENTITY = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "identity"


def identity_file(name: str) -> Path:
    path = IDENTITY / name
    if not path.exists():
        pytest.skip(f"{path} is not on this machine")
    return path


def identity_lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in identity_file(name).read_text().splitlines()]
