"""In CI a browser test that waited in vain runs once more; the closing lines name it, so that its cause is looked for.

Forgiven are waiting, and a look at a page that was just giving way to the next: what it shows and what was
written is as it is the first time.
"""

import os

import pytest

IN_VAIN = (
    "TimeoutError",
    "never so: ",
    "Execution context was destroyed",
    r"null \(reading 'documentElement'\)",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not os.environ.get("CI"):
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=list(IN_VAIN)))
