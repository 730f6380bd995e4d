"""What every channel kind must keep, as classes to subclass: `adapter`, `signed`, `answers`."""

import pytest

pytest.register_assert_rewrite("tests.contracts.adapter", "tests.contracts.answers", "tests.contracts.signed")
