"""Reports of browsers: counted by page and origin, with nothing of a person, and never more than there is room for."""

import json
from datetime import timedelta
from typing import Any

import pytest

from carecenter.lib.time import now
from carecenter.policy_reports import keeping, views
from carecenter.policy_reports.models import PolicyReport
from carecenter.policy_reports.reading import Violation

pytestmark = pytest.mark.django_db
PAGE = "http://testserver/s/4f9k2m7x0q8r5t1w3y6z9a2b/?who=dana"


def old(**more: str) -> dict[str, Any]:
    said = {"document-uri": PAGE, "effective-directive": "script-src-elem"}
    return {"csp-report": said | {"blocked-uri": "https://evil.example/x.js?dana=1"} | more}


def new(**more: str) -> list[dict[str, Any]]:
    said = {
        "documentURL": PAGE,
        "effectiveDirective": "script-src-elem",
        "blockedURL": "https://evil.example/y.js",
    }
    return [{"type": "csp-violation", "body": said | more}]


def send(client: Any, body: Any) -> int:
    data = body if isinstance(body, bytes) else json.dumps(body)
    return int(client.post("/policy-reports/", data, content_type="application/csp-report").status_code)


def test_both_forms_are_counted_without_path_or_key(client: Any, client_for: Any, admin: Any) -> None:
    assert (send(client, old()), send(client, new())) == (204, 204)
    row = PolicyReport.objects.get()
    assert (row.directive, row.blocked, row.page, row.count) == (
        "script-src-elem", "https://evil.example", "survey:page", 2,
    )  # fmt: skip
    page = client_for(admin).get("/admin-desk/health/").content.decode()
    assert "https://evil.example" in page
    assert "Blocked by browsers on our pages, today" in page


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[", b"[[[[", b'"x"', b"{}", b"[1, null]", old(**{"document-uri": "https://elsewhere.example/"}),
        old(**{"effective-directive": "<b>"}), old(**{"blocked-uri": "chrome-extension://abc/x.js"}), [{"body": 3}],
        new(sourceFile="moz-extension://abc/x.js"), old(**{"document-uri": "http://[::1"}),
        old(**{"blocked-uri": "https://ex\u0000ample"}),
    ],
    ids=range(13),
)  # fmt: skip
def test_what_is_no_report_of_ours_is_not_kept(client: Any, body: Any) -> None:
    assert (send(client, body), PolicyReport.objects.count()) == (204, 0)


def test_room_is_bounded(client: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(keeping, "MOST_ROWS", 2)
    for number in range(5):
        keeping.keep(Violation("img-src", f"https://{number}.example", ""))
    rows = dict(PolicyReport.objects.order_by("pk").values_list("directive", "count"))
    assert (PolicyReport.objects.count(), rows["other"], keeping.of_today()) == (3, 3, 5)
    PolicyReport.objects.update(last_at=now() - timedelta(days=8))
    assert (keeping.of_today(), keeping.forget()) == (0, 3)


def test_long_and_many_are_refused(client: Any, monkeypatch: Any) -> None:
    assert send(client, b"x" * 17_000) == 413
    monkeypatch.setattr(views, "PER_NETWORK", 2)
    assert [send(client, {}) for _ in range(3)] == [204, 204, 429]
