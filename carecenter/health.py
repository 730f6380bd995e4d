"""Is this process alive, and does the database answer?"""

from django.db import connection
from django.db.utils import Error
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when a query works, else 503. Says nothing else: it is open to everybody."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return JsonResponse({"status": "database away"}, status=503)
    return JsonResponse({"status": "ok"})
