"""In CI a test of the browser, the mail servers, the scanner or telephony that is skipped is a failure."""

import os

import pytest

NEEDED = ("browser", "mail_server", "scanner", "telephony")


def _why(report: pytest.TestReport | pytest.CollectReport) -> str:
    return str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    report = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        missing = [name for name in NEEDED if item.get_closest_marker(name)]
        if missing:
            report.outcome = "failed"
            report.longrepr = f"{', '.join(missing)} must run in CI, and was skipped: {_why(report)}"
    return report
