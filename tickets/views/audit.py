"""/admin-desk/audit/: who did what, and when, in the brands whose journal one may read."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.access import brands_for, has
from accounts.models import Brand
from accounts.permissions import JOURNAL_READ, TICKET_VIEW
from accounts.views.guard import StaffRequest, needs
from journal.wiring import table
from tickets.domain import audit as verbs


class AuditForm(forms.Form):
    person = forms.CharField(label=_("Person"), required=False, max_length=120)
    event = forms.CharField(
        label=_("Event"), required=False, max_length=64, widget=forms.TextInput(attrs={"list": "event-names"})
    )
    ticket = forms.IntegerField(
        label=_("Ticket number"), required=False, min_value=1, max_value=2**62, widget=forms.TextInput
    )
    brand = forms.ModelChoiceField(
        label=_("Brand"), queryset=Brand.objects.none(), required=False, empty_label=_("All brands")
    )
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    before = forms.IntegerField(required=False, min_value=0, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, request: StaffRequest) -> None:
        super().__init__(request.GET)
        self.fields["brand"].queryset = brands_for(request.user, JOURNAL_READ)  # type: ignore[attr-defined]

    def search(self) -> verbs.Search:
        """What was typed; what could not be read looks for nothing else."""
        data: dict[str, Any] = self.cleaned_data
        until = data.get("until")
        return verbs.Search(
            person=data.get("person") or "",
            name=data.get("event") or "",
            ticket=data.get("ticket"),
            brand=data["brand"].pk if data.get("brand") else None,
            since=midnight(data.get("since")),
            until=midnight(until + dt.timedelta(days=1)) if until else None,
        )


def midnight(day: dt.date | None) -> dt.datetime | None:
    """On the clock of the one who asks."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time())) if day else None


@require_safe
@needs(JOURNAL_READ)
def audit(request: StaffRequest) -> HttpResponse:
    form = AuditForm(request)
    is_valid = form.is_valid()
    search = form.search()
    page = verbs.page(request.user, search, before=form.cleaned_data.get("before")) if is_valid else None
    asked = {name: value for name, value in request.GET.items() if value}
    typed = {name: value for name, value in asked.items() if name != "before"}
    context = {
        "area": "settings",
        "form": form,
        "page": page,
        "is_first": not form.cleaned_data.get("before"),
        "is_searched": bool(typed),
        "names": sorted(table()),
        "sees_tickets": has(request.user, TICKET_VIEW),
        "csv_query": urlencode(asked),
        "most": verbs.MOST_IN_FILE,
    }
    return render(request, "tickets/audit.html", context, status=200 if is_valid else 422)


@require_safe
@needs(JOURNAL_READ)
def audit_csv(request: StaffRequest) -> StreamingHttpResponse:
    """What the page searched for, the latest first; from `before` on where a file said that it goes on there."""
    form = AuditForm(request)
    lines: Iterator[str] = iter(())
    if form.is_valid():
        lines = verbs.csv_lines(request.user, form.search(), before=form.cleaned_data.get("before"))
    headers = {
        "Content-Disposition": 'attachment; filename="audit.csv"',
        "Cache-Control": "no-store, private",
    }
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)
