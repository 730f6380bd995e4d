"""Where an installed package lies, without importing it: the two server packages run code of their own on import."""

import importlib.util
from pathlib import Path

from carecenter.embedded.errors import CannotStart


def package_dir(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise CannotStart(f"The package {name} is missing from .venv: delete .venv and start again.")
    return Path(found.origin).parent
