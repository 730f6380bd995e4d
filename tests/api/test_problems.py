"""Whatever goes wrong is a problem of RFC 9457, and nothing a stranger sends is our error."""

import json

import pytest
from django.db import OperationalError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tickets.models import Ticket

PROBLEM = "application/problem+json"


def check(response, status):
    assert response.status_code == status, response.content
    assert response["Content-Type"] == PROBLEM
    body = response.json()
    assert body["status"] == status
    assert body["type"].startswith("urn:carecenter:problem:")
    assert body["title"]
    return body


def test_without_a_good_token_is_401(api, alice):
    for header in ("", "Bearer wrong", "Basic YTpi", "Bearer \xff", "Bearer " + "x" * 5000):
        response = api().get("tickets/", authorization=header)
        check(response, 401)
        assert response["WWW-Authenticate"].startswith("Bearer ")


def test_unknown_addresses_are_404(api, alice):
    for path in (
        "",
        "nothing/",
        "tickets/5",
        "tickets/abc/",
        f"tickets/{'9' * 5000}/",
        f"tickets/{10**30}/",
        "tickets/0/",
    ):
        check(api(alice).get(path), 404)
        check(api(alice).get(path, accept="text/html"), 404)


def test_wrong_method_type_and_form(api, alice, ticket):
    client = api(alice)
    check(client.raw("DELETE", f"tickets/{ticket.pk}/", b""), 405)
    check(client.raw("OPTIONS", "tickets/", b""), 405)
    check(client.raw("POST", "tickets/", b"a=b", "application/x-www-form-urlencoded"), 415)
    assert client.get("tickets/", accept="text/html").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"nonsense", b"\xff\xfe", b"NaN", b"[Infinity]", b"[1e400]", b'["\\ud800"]', b'["\\u0000"]',
        b"[" * 100_000, b'{"a":' * 50 + b"1" + b"}" * 50, b"1" * 5000, b'{"\\u0000": 1}', str(10**40).encode(),
        b'"text"', b"[]", b"null", b"3",
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_used_is_400(api, alice, body):
    check(api(alice).raw("POST", "tickets/", body), 400)


def test_a_body_that_is_too_large_is_413(api, alice, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    check(api(alice).raw("POST", "tickets/", b'{"subject": "' + b"x" * 1000 + b'"}'), 413)


def test_errors_point_at_the_fields(api, alice, brand):
    body = check(api(alice).post("tickets/", {"kind": "fax", "subject": "", "colour": "red"}), 400)
    assert [error["pointer"] for error in body["errors"]] == ["/colour"]
    body = check(api(alice).post("tickets/", {"kind": "fax", "text": ["x"], "tags": ["a", {}]}), 400)
    assert [(error["pointer"], error["code"]) for error in body["errors"]] == [
        ("/text", "invalid"), ("/kind", "invalid_choice"), ("/subject", "required"), ("/tags/1", "invalid"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=201", "limit=x", "limit=1e400", "cursor=%00", "cursor=abc", "cursor=W10",
        "cursor=WzEsMl0", "colour=red", "status=", "tag=", "status=lost", "team=-1", "assignee=me",
        "customer=99999999999999999999", "tag=%00", "number=x", "updated_since=yesterday",
        "updated_since=", "customer=", "brand=1&brand=2", "updated_since=0001-01-01T00:00:00%2B14:00",
    ],
)  # fmt: skip
def test_a_query_that_cannot_be_used_is_400(api, alice, query):
    check(api(alice).get(f"tickets/?{query}"), 400)


def test_the_unexpected_says_nothing_of_itself(api, alice, monkeypatch, caplog):
    def broken(*args, **kwargs):
        raise RuntimeError("the secret is 42")

    monkeypatch.setattr("tickets.api.tickets.filtered", broken)
    body = check(api(alice).get("tickets/"), 500)
    assert "42" not in json.dumps(body)
    assert "the secret is 42" in caplog.text


def test_a_database_that_is_away_is_503(api, alice, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("tickets.api.tickets.filtered", away)
    response = api(alice).get("tickets/")
    check(response, 503)
    assert response["Retry-After"] == "5"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
NAMES = {
    "tickets/": [
        "kind",
        "subject",
        "text",
        "html",
        "brand",
        "inbox",
        "customer",
        "team",
        "tags",
        "to",
        "direction",
    ],
    "tickets/{}/messages/": ["text", "html", "audience", "cc", "status"],
    "customers/": ["name", "emails", "phones", "external_id", "zone", "language", "organisation", "pool"],
    "customers/bulk/": ["rows", "pool"],
    "orders/bulk/": ["rows", "pool"],
}
CHANGES = ["status", "priority", "tags", "subject", "team", "assignee"]
LIKELY = st.sampled_from(
    ["internal", "email", "phone", "public", "in", "open", 1, "1", "x", "+49 30 1", "a@b.example", ["x"], []]
)


@given(data=st.data())
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_body_is_our_error(api, alice, ticket, data):
    path = data.draw(st.sampled_from(list(NAMES)))
    body = data.draw(st.dictionaries(st.sampled_from(NAMES[path]), LIKELY | JSON, max_size=8))
    client = api(alice)
    response = client.raw("POST", path.format(ticket.pk), json.dumps(body).encode())
    assert response.status_code < 500, (path, body, response.content)
    changes = data.draw(
        st.dictionaries(
            st.sampled_from(["status", "priority", "tags", "subject", "team", "assignee"]), LIKELY | JSON
        )
    )
    response = client.patch(f"tickets/{ticket.pk}/", json.dumps(changes), if_match="*")
    assert response.status_code < 500, (changes, response.content)
    assert Ticket.objects.filter(pk=ticket.pk).exists()


COLUMNS = (
    "number placed_at customer external_id email brand status total_minor items url emails phones name tier"
)
ROW = st.fixed_dictionaries({}, optional=dict.fromkeys(COLUMNS.split(), LIKELY | JSON))


@given(path=st.sampled_from(["customers/bulk/", "orders/bulk/"]), rows=st.lists(ROW, max_size=4))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_row_is_our_error(api, alice, dana, path, rows):
    response = api(alice).raw("POST", path, json.dumps({"rows": rows}).encode())
    assert response.status_code < 500, (path, rows, response.content)
