"""What we use is pinned, comes from where we know, and may be used. Known holes are asked for by `bin/audit`."""

import importlib.util
import re
from importlib.metadata import distributions

import pytest

from tests.architecture.source import ROOT

_spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci/audit.py")
audit = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(audit)
BASE = {"pip", "setuptools"}


def test_everything_here_is_pinned_at_its_version():
    pins = audit.pinned()
    found = {audit.plain(one.metadata["Name"]): one.version for one in distributions()}

    assert {name: version for name, version in found.items() if name not in BASE | set(pins)} == {}
    assert {name: pins[name] for name in pins.keys() & found.keys() if pins[name] != found[name]} == {}


def test_every_line_is_a_pin():
    lines = [line for name in audit.PINS for line in (ROOT / name).read_text().splitlines()]
    loose = [
        line for line in lines if line and not re.match(r"#|-r |[\w.-]+(\[[\w,]+\])?==\S+( ; .+)?$", line)
    ]

    assert loose == []


def test_every_npm_package_has_its_sum():
    assert [path for path, entry in audit.npm_packages() if not entry.get("integrity")] == []


def test_licences_are_those_we_allow():
    assert audit.wrong_licences() == []


@pytest.mark.parametrize(
    ("expression", "is_fine"),
    [
        ("MIT", True),
        ("MIT AND Zlib", True),
        ("(GPL-2.0 OR MIT)", True),
        ("MIT AND GPL-2.0", False),
        ("", False),
    ],
)
def test_expressions_are_read(expression, is_fine):
    assert audit.is_allowed(expression) is is_fine
