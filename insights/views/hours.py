"""What rests on a schedule of office hours: a fragment of its page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import INBOX_MANAGE
from accounts.views.guard import StaffRequest, needs
from insights.models import TicketFact
from workforce.access import get_hours_for

MOST = 100_000


@needs(INBOX_MANAGE)
@require_safe
def effect(request: StaffRequest, pk: int) -> HttpResponse:
    """In how many inboxes it holds, and of how many tickets figures in office hours are kept."""
    hours = get_hours_for(request.user, pk)
    inboxes = list(hours.inboxes.values_list("pk", flat=True))
    facts = TicketFact.objects.filter(inbox_id__in=inboxes, created_on__isnull=False)
    count = facts.order_by()[: MOST + 1].count() if inboxes else 0
    context = {"inboxes": len(inboxes), "count": min(count, MOST), "is_more": count > MOST}
    return render(request, "insights/_hours_effect.html", context)
