"""The settings pages of office hours."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.http import urlencode
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import INBOX_MANAGE
from accounts.views.guard import StaffRequest, needs
from carecenter.lib.time import now
from carecenter.lib.way_back import recall, remember
from workforce import access
from workforce.domain import holidays, keeping
from workforce.domain.errors import WorkforceError
from workforce.domain.hours import closed_day_name, is_open, next_opening, spans, week_minutes
from workforce.domain.stretches import next_closing
from workforce.hours_form import HoursForm, special_days
from workforce.models import Hours

HERE = {"area": "settings"}


def state_of(hours: Hours) -> dict[str, Any]:
    """Open or not at this moment, until when, and how long in a week."""
    at = now()
    there = is_open(hours, at)
    return {
        "zone": hours.zone,
        "now": at,
        "is_open": there,
        "until": next_closing(hours, at) if there else next_opening(hours, at),
        "day_name": closed_day_name(hours, at),
        "week": week_words(week_minutes(hours.weekly)),
    }


def week_words(minutes: int) -> str:
    whole, rest = divmod(minutes, 60)
    count = f"{whole}:{rest:02}" if rest else str(whole)
    return ngettext("%(count)s hour a week", "%(count)s hours a week", whole) % {"count": count}


@needs(INBOX_MANAGE)
@require_safe
def hours(request: StaffRequest) -> HttpResponse:
    found = access.hours_for(request.user).prefetch_related("inboxes__brand")
    rows = [{"hours": one, "state": state_of(one), "bars": bars(one.weekly)} for one in found]
    taken_back = {"saved": request.GET.get("saved", ""), "undo": request.GET.get("undo", "")}
    return render(request, "workforce/hours.html", {**HERE, "rows": rows, **taken_back})


def bars(weekly: list[Any]) -> list[dict[str, Any]]:
    """The week as drawn: of each day where it stands, and where its open spans begin and how wide they are."""
    found = []
    for day, label in sorted(WEEKDAYS_ABBR.items()):
        drawn = [
            (f"{26 + start / 14.4:.2f}", f"{(end - start) / 14.4:.2f}") for start, end in spans(weekly, day)
        ]
        found.append({"label": label, "y": 8 * day, "text_y": 8 * day + 5, "spans": drawn})
    return found


@needs(INBOX_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    return edit_page(request, None)


@needs(INBOX_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    return edit_page(request, access.get_hours_for(request.user, pk))


def edit_page(request: StaffRequest, found: Hours | None) -> HttpResponse:
    """`look` in what is sent: show the days of the country, store nothing."""
    data = request.POST or None
    form = HoursForm(data, user=request.user, hours=found)
    special = special_days(data if data and "own-TOTAL_FORMS" in data else None, found)
    looks = data is not None and "look" in data
    if data is not None and not looks and form.is_valid() and (not special.is_bound or special.is_valid()):
        was = keeping.as_kept(found) if found else None
        try:
            saved = keeping.save_hours(
                found or Hours(), actor=request.user, **form.cleaned_data, closed_days=days_in(special, found)
            )
        except WorkforceError as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, _("The office hours are saved."))
            return redirect(way_back(saved, was))
    wrong = not looks and bool(form.errors or (special.is_bound and not special.is_valid()))
    context = {**HERE, "form": form, "special": special, "hours": found, **offered(form, data)}
    if found is not None:
        context["state"] = state_of(found)
    return render(request, "workforce/hours_edit.html", context, status=422 if wrong else 200)


def way_back(hours: Hours, was: dict[str, Any] | None) -> str:
    """The list, with an "Undo" beside these hours for as long as what they were is remembered."""
    url, left = reverse("workforce:hours"), keeping.as_kept(hours)
    token = remember("hours", hours.pk, {"was": was, "left": left}) if was and was != left else ""
    return f"{url}?{urlencode({'saved': str(hours.pk), 'undo': token})}" if token else url


@needs(INBOX_MANAGE)
@require_POST
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    found = access.get_hours_for(request.user, pk)
    kept = recall("hours", pk, request.POST.get("undo", ""))
    if kept is None:
        messages.error(request, _("It is too late to take this back: change the hours by hand."))
        return redirect("workforce:hours_edit", pk)
    try:
        keeping.put_back(found, kept["was"], kept["left"], actor=request.user)
    except WorkforceError as error:
        messages.error(request, str(error))
        return redirect("workforce:hours_edit", pk)
    messages.success(request, _("As it was."))
    return redirect("workforce:hours")


def days_in(special: Any, found: Hours | None) -> list[dict[str, Any]]:
    """One's own special days, each date once; as they were where the form had none of them."""
    if not special.is_bound:
        return [day for day in found.closed_days if not day.get("holiday")] if found else []
    days = {day["on"]: day for one in special if (day := one.day())}
    return [days[on] for on in sorted(days)]


def offered(form: HoursForm, data: QueryDict | None) -> dict[str, Any]:
    """The holidays of the country that is chosen, and which of them are taken."""
    country, region = form["country"].value() or "", form["region"].value() or ""
    regions = holidays.regions(country) if country else []
    if region not in dict(regions):
        region = ""
    days = holidays.coming(country, region, get_language() or "en") if country else []
    shown = f"{country}/{region}"
    before = (form.before.get("country"), form.before.get("region"))
    left_out = form.before.get("left_out", []) if before == (country, region) else []
    if data is not None and data.get("shown") == shown:
        left_out = {one.key for one in days} - set(data.getlist("holiday"))
    ticked = [(one, one.key not in left_out) for one in days]
    return {"country": country, "region": region, "regions": regions, "days": ticked, "shown": shown}


@needs(INBOX_MANAGE)
@require_safe
def days(request: StaffRequest) -> HttpResponse:
    """Fragment: the regions of a country and the holidays of the year to come, all ticked."""
    chosen = {name: request.GET.get(name, "") for name in ("country", "region")}
    form = HoursForm(user=request.user, initial=chosen)
    return render(request, "workforce/_holidays.html", {"form": form, **offered(form, None)})


@needs(INBOX_MANAGE)
@require_POST
def preview(request: StaffRequest) -> HttpResponse:
    """Fragment: whether it were open now by what is painted. Stores nothing."""
    form = HoursForm(request.POST, user=request.user)
    form.is_valid()
    values = form.cleaned_data
    if not values.get("zone") or "weekly" not in values:
        return HttpResponse(status=204)
    special = special_days(request.POST, None)
    own = days_in(special, None) if special.is_valid() else []
    painted = Hours(zone=values["zone"], weekly=values["weekly"])
    painted.closed_days = holidays.with_holidays(own, painted, values["holidays"])
    return render(request, "workforce/_hours_state.html", {"state": state_of(painted)})


@needs(INBOX_MANAGE)
@require_POST
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    keeping.delete_hours(access.get_hours_for(request.user, pk), actor=request.user)
    messages.success(request, _("The office hours are deleted."))
    return redirect("workforce:hours")
