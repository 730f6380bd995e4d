"""How we are: alive and ready for those who start processes, vital signs for monitoring and administrators."""

from django.conf import settings
from django.db import connection
from django.db.utils import Error
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from accounts.access import scope
from accounts.permissions import JOURNAL_READ
from accounts.views.guard import StaffRequest, needs
from carecenter import vitals
from carecenter.lib.vitals import State, Vital
from carecenter.policy_reports import keeping


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when a query works, else 503. Says nothing else: it is open to everybody."""
    if not database_answers():
        return JsonResponse({"status": "database away"}, status=503)
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when this process can do all its work: the database and Valkey answer. Else 503 and which does not."""
    answers = {"database": database_answers(), "valkey": vitals.valkey_answers().state == State.OK}
    return JsonResponse(answers, status=200 if all(answers.values()) else 503)


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Vital signs for Prometheus. 404 unless CARECENTER_METRICS_TOKEN is set and sent as a bearer token."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not constant_time_compare(given, settings.METRICS_TOKEN):
        raise Http404
    return HttpResponse(
        exposition(vitals.all_vitals()), content_type="text/plain; version=0.0.4; charset=utf-8"
    )


def exposition(found: list[Vital]) -> str:
    """The text format of Prometheus: a gauge each, and the states as one family."""
    lines = []
    for vital in found:
        lines += [f"# TYPE carecenter_{vital.code} gauge", f"carecenter_{vital.code} {vital.value:g}"]
    lines.append("# HELP carecenter_state 0 fine, 1 worth a look, 2 trouble")
    lines.append("# TYPE carecenter_state gauge")
    lines += [f'carecenter_state{{sign="{vital.code}"}} {int(vital.state)}' for vital in found]
    return "\n".join(lines) + "\n"


@require_safe
@needs(JOURNAL_READ)
def page(request: StaffRequest) -> HttpResponse:
    """Of the whole installation, so only for who reads the journal of every brand."""
    if not scope(request.user, JOURNAL_READ).everywhere:
        raise Http404
    found = sorted(vitals.all_vitals(), key=lambda vital: -vital.state)
    context = {
        "vitals": found,
        "worst": vitals.worst(found),
        "versions": vitals.versions(),
        "blocked": keeping.latest(),
        "area": "settings",
    }
    return render(request, "health.html", context)
