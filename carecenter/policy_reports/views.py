"""Where browsers report to. Open to everybody, so little of it is taken and nothing is answered."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from carecenter.api.throttles import take
from carecenter.lib.hosts import network_of
from carecenter.policy_reports import keeping
from carecenter.policy_reports.reading import violations

LONGEST = 16_384
PER_NETWORK = 30  # a minute
PER_MINUTE = 300  # of all together


@csrf_exempt  # a browser sends it by itself, without a token; it changes nothing but a count
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """204; 413 for one that is too long, 429 for too many. While Valkey is away nothing is counted."""
    if int(request.headers.get("Content-Length") or 0) > LONGEST:
        return HttpResponse(status=413)
    network = network_of(request.META.get("REMOTE_ADDR", ""))
    buckets = ((f"policy-net:{network}", PER_NETWORK), ("policy-all", PER_MINUTE))
    taken = [take(key, per_minute=rate) for key, rate in buckets]
    if any(one is not None and not one[0] for one in taken):
        return HttpResponse(status=429)
    if None not in taken:
        for found in violations(request.body, host=request.get_host()):
            keeping.keep(found)
    return HttpResponse(status=204)
