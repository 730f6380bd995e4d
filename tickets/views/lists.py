"""The desk's lists: views with counts, pages of rows, rows that changed."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from accounts.models import User
from accounts.views.guard import StaffRequest
from tickets.domain.lists import State, View, counts_for, page_of
from tickets.domain.search.language import clean
from tickets.domain.search.saved import counts_of, first_views, text_of
from tickets.models import SavedView, Ticket
from tickets.views.people import put_living_customers
from tickets.views.search import OPERATORS_SHOWN, search_context


def list_context(
    request: StaffRequest, user: User, *, usual: View = View.MINE, beside: Ticket | None = None
) -> dict[str, Any]:
    """The list, alone or `beside` a ticket: view and state, its page, the counts, and the query that keeps them."""
    asked = request.GET.get("view", "")
    state = request.GET.get("state", "")
    state = state if state in State.values else State.ACTIVE
    after = request.GET.get("after", "")
    saved = first_views(user)
    chosen = next((one for one in saved if f"saved-{one.pk}" == asked), None)
    view = asked if asked in View.values else usual
    words = clean(request.GET.get("q", "")) or (text_of(chosen) if chosen else "")
    if words:
        context = search_context(user, words, after=after)
    else:
        context = {"page": page_of(view, user, state=state, after=after)}
    put_living_customers([*([] if words else context["page"].tickets), *([beside] if beside else [])])
    shown = Shown(asked, chosen.name) if chosen else View(view)
    is_own = chosen is not None and words == text_of(chosen)
    kept = {"view": str(shown), "q": "" if is_own else words, "state": "" if state == State.ACTIVE else state}
    views = views_shown(user, saved)
    return context | {
        "area": "tickets",
        "view": shown,
        "state": State(state),
        "states": State.choices,
        "has_states": view not in (View.UNASSIGNED, View.WAITING, View.SNOOZED),
        "views": views,
        "counts_wanted": any(count is None for _code, _label, count in views),
        "saved": chosen if is_own else None,
        "words": words,
        "searched": words and not is_own,
        "is_first": not after,
        "list_query": f"?{urlencode({name: value for name, value in kept.items() if value})}",
        "operators": OPERATORS_SHOWN,
    }


@dataclass(frozen=True)
class Shown:
    """A saved view where the others stand: its code and its name."""

    code: str
    label: str

    def __str__(self) -> str:
        return self.code

    def __eq__(self, other: object) -> bool:
        return str(other) == self.code

    def __hash__(self) -> int:
        return hash(self.code)


def views_shown(user: User, saved: list[SavedView]) -> list[tuple[str, str, int | None]]:
    """The built-in views with their counts, then the saved ones with what is known of theirs."""
    counts, known = counts_for(user), counts_of(user, saved, ask=False) if saved else {}
    built_in = [(value, str(label), counts[value]) for value, label in View.choices]
    return [*built_in, *((f"saved-{one.pk}", one.name, known.get(one.pk)) for one in saved)]


def all_counts(user: User) -> dict[str, int]:
    """Of every view, the saved ones counted anew when they are half a minute old."""
    saved = first_views(user)
    return counts_for(user) | {f"saved-{pk}": count for pk, count in counts_of(user, saved, ask=True).items()}


@login_required
@require_GET
@vary_on_headers("HX-Request", "HX-Target")
def desk(request: StaffRequest) -> HttpResponse:
    """A list without a ticket. To htmx the list pane alone, or only further rows."""
    context = list_context(request, request.user)
    if request.htmx and request.htmx.target == "more-rows":
        return render(request, "tickets/_rows.html", context)
    if request.htmx:
        return render(request, "tickets/_list.html", context)
    return render(request, "tickets/desk.html", context)


@login_required
@require_GET
def counts(request: StaffRequest) -> HttpResponse:
    """The views' counts, each to replace itself."""
    return render(request, "tickets/_counts.html", {"counts": all_counts(request.user)})
