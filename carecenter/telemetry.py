"""OpenTelemetry by setting: traces of requests, tasks, the database and outgoing HTTP, without a word of anybody's.

Our own spans instead of ready-made instrumentation: that one puts addresses, statements and arguments into attributes.
Needs the packages of requirements-otel.txt; imported only when switched on.
"""

import re
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from celery.signals import before_task_publish, task_postrun, task_prerun
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.signals import connection_created
from django.http import HttpRequest, HttpResponseBase

from carecenter.lib import tracing
from carecenter.lib.logs import request_id, route_of

TABLE = re.compile(r'\b(?:FROM|INTO|UPDATE|TABLE)\s+"?(\w+)"?', re.IGNORECASE)
WORD = re.compile(r"\s*(\w+)")
SERVER_ERROR = 500


def start(exporter: Any = None) -> Any:
    """Switch it on for this process; returns the provider. `exporter` instead of the one the settings name."""
    try:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
    except ImportError:
        raise ImproperlyConfigured(
            "CARECENTER_OTEL_ENDPOINT needs packages: pip install -r requirements-otel.txt -c constraints.txt"
        ) from None
    provider = TracerProvider(resource=Resource.create({"service.name": settings.OTEL_SERVICE}))
    made = SimpleSpanProcessor(exporter) if exporter else BatchSpanProcessor(sender())
    provider.add_span_processor(made)
    tracing.use(provider.get_tracer("carecenter"))
    connection_created.connect(watch_database)
    for connection in connections.all(initialized_only=True):
        watch_database(connection=connection)
    before_task_publish.connect(send_along)
    task_prerun.connect(begin_task)
    task_postrun.connect(end_task)
    return provider


def stop() -> None:
    """Off again for this process: nothing is recorded any more."""
    tracing.use(None)
    connection_created.disconnect(watch_database)
    for connection in connections.all(initialized_only=True):
        if execute in connection.execute_wrappers:
            connection.execute_wrappers.remove(execute)
    before_task_publish.disconnect(send_along)
    task_prerun.disconnect(begin_task)
    task_postrun.disconnect(end_task)


def sender() -> Any:
    """To CARECENTER_OTEL_ENDPOINT; without it where the standard OTEL_EXPORTER_OTLP_… variables say."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    endpoint = settings.OTEL_ENDPOINT
    return OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces") if endpoint else OTLPSpanExporter()


class TraceRequests:
    """Middleware: a span for each request, named by its route. In the list only when this is switched on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        method = request.method or ""
        with tracing.span(method, "SERVER", http_request_method=method) as made:
            response = self.get_response(request)
            if made is not None:
                route = route_of(request)
                made.update_name(f"{method} {route}")
                made.set_attribute("http.route", route)
                made.set_attribute("http.response.status_code", response.status_code)
                made.set_attribute("carecenter.request", request_id.get())
                if response.status_code >= SERVER_ERROR:
                    made.set_attribute("error.type", str(response.status_code))
        return response


def watch_database(*, connection: Any, **_: Any) -> None:
    if execute not in connection.execute_wrappers:
        connection.execute_wrappers.append(execute)


def execute(run: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
    """What is done with which table; neither the statement nor its values."""
    word, table = WORD.match(str(sql)), TABLE.search(str(sql))
    operation = word[1].upper() if word else "SQL"
    name = f"{operation} {table[1]}" if table else operation
    with tracing.span(name, "CLIENT", db_system_name="postgresql", db_operation_name=operation):
        return run(sql, params, many, context)


def send_along(*, headers: dict[str, Any] | None = None, **_: Any) -> None:
    """The task goes on with the trace that asked for it."""
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    if headers is not None:
        TraceContextTextMapPropagator().inject(headers)


def begin_task(*, task: Any, **_: Any) -> None:
    from opentelemetry import context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    found = getattr(task.request, "traceparent", None)
    parent = TraceContextTextMapPropagator().extract({"traceparent": found} if found else {})
    stack = ExitStack()
    stack.callback(context.detach, context.attach(parent))
    made = stack.enter_context(tracing.span(f"task {task.name}", "CONSUMER", carecenter_task=task.name))
    task.request.carecenter_trace = (stack, made)


def end_task(*, task: Any, state: str | None = None, **_: Any) -> None:
    stack, made = getattr(task.request, "carecenter_trace", None) or (None, None)
    if made is not None:
        made.set_attribute("carecenter.task.state", state or "")
    if stack is not None:
        stack.close()
