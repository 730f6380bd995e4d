"""Traces say how long what took, and nothing of the people it was done for."""

import json

import pytest
from django.db import connection
from django.test import Client
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from carecenter import telemetry
from carecenter.lib import tracing
from carecenter.lib.http import HttpCourier, HttpError
from customers.models import Customer
from tests.factories.accounts import api_token
from tickets.tasks import sweep_uploads


class Kept(SpanExporter):
    def __init__(self):
        self.spans = []

    def export(self, spans):
        self.spans += spans
        return SpanExportResult.SUCCESS

    def named(self, name):
        return [span for span in self.spans if span.name == name]


@pytest.fixture
def kept(db):
    exporter = Kept()
    provider = telemetry.start(exporter)
    yield exporter
    telemetry.stop()
    provider.shutdown()


@pytest.fixture
def traced(settings):
    settings.MIDDLEWARE = [
        settings.MIDDLEWARE[0],
        "carecenter.telemetry.TraceRequests",
        *settings.MIDDLEWARE[1:],
    ]
    return Client


def test_spans_of_a_request_hold_no_address_name_token_or_value(kept, traced, alice, dana):
    token = api_token(alice, token="q8Zk2vY0sN7dM4xW1pL6tR3bGh")
    client = traced(headers={"authorization": f"Bearer {token}"})
    client.get("/api/v1/customers/?email=dana@example.net")
    client.get(f"/api/v1/attachments/{token}/?q=dana")
    [page] = kept.named("GET /api/v1/customers/")
    assert page.attributes["http.response.status_code"] == 200
    queries = kept.named("SELECT customers_customer")
    assert queries
    assert {query.context.trace_id for query in queries} == {page.context.trace_id}
    assert kept.named("GET /api/v1/attachments/<str:token>/")
    told = " ".join(json.dumps(json.loads(span.to_json())) for span in kept.spans).lower()
    assert [word for word in ("dana", "alice", token.lower(), "@", "where", "bearer") if word in told] == []


def test_errors_are_their_type_and_outgoing_requests_their_host(kept):
    with pytest.raises(HttpError):
        HttpCourier().get("http://127.0.0.1:9/secret/path?token=abc", {})
    [asked] = kept.named("HTTP GET")
    assert dict(asked.attributes) == {
        "http.request.method": "GET", "server.address": "127.0.0.1", "error.type": "Unreachable",
    }  # fmt: skip
    assert asked.events == ()


def test_task_goes_on_with_the_trace_that_asked_for_it(kept):
    headers = {}
    with tracing.span("asking") as asking:
        telemetry.send_along(headers=headers)
    sweep_uploads.push_request(**headers)
    telemetry.begin_task(task=sweep_uploads)
    list(Customer.objects.all())
    telemetry.end_task(task=sweep_uploads, state="SUCCESS")
    sweep_uploads.pop_request()
    [task] = kept.named("task tickets.tasks.sweep_uploads")
    assert (task.context.trace_id, task.attributes["carecenter.task.state"]) == (
        asking.context.trace_id,
        "SUCCESS",
    )
    assert {span.parent.span_id for span in kept.named("SELECT customers_customer")} == {task.context.span_id}


def test_switched_off_it_makes_no_span_and_watches_nothing(db):
    assert telemetry.execute not in connection.execute_wrappers
    with tracing.span("nothing") as made:
        assert made is None
