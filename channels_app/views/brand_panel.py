"""On a brand's page: by which inboxes it is reached, when somebody answers there, and under which name."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import brands_for
from accounts.permissions import INBOX_MANAGE
from accounts.views.guard import StaffRequest, needs
from channels_app.domain.inbox_list import inboxes_of


@require_safe
@needs(INBOX_MANAGE)
def of_brand(request: StaffRequest, pk: int) -> HttpResponse:
    brand = get_object_or_404(brands_for(request.user, INBOX_MANAGE), pk=pk)
    rows = inboxes_of(brand, request.user)
    return render(request, "channels_app/_of_brand.html", {"rows": rows, "brand": brand})
