"""Finding: the list's search, the page with everything, what the palette and the search box show as one types."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import brands_for, has, pools_for, teams_for
from accounts.models import User
from accounts.permissions import CUSTOMER_VIEW, TICKET_VIEW
from accounts.views.guard import StaffRequest, needs
from customers.domain.search import FEWEST_LETTERS
from customers.domain.search import search as search_customers
from customers.models import Customer, OwnField
from tickets.domain.fields.reading import fields_seen_by
from tickets.domain.lists import Page
from tickets.domain.search.compiling import RANGED
from tickets.domain.search.finding import FEW, Close, Found, find, find_close
from tickets.domain.search.language import OPERATORS, RANGES, clean, values_of
from tickets.domain.search.saved import SHOWN, text_of, views_for
from tickets.domain.search.snippets import put_snippets
from tickets.models import Inbox, SavedView, Ticket
from tickets.views.people import put_living_customers

IN_PALETTE = 6
CUSTOMERS = 5
SUGGESTED = 8


def found_for(user: User, words: str, **more: Any) -> Found:
    """What is found, with the customers as they are today and the places of the words."""
    found = find(user, words, **more)
    put_living_customers(found.tickets)
    put_snippets(found.tickets, found.query.words)
    return found


def close_for(user: User, words: str, **more: Any) -> Close:
    found = find_close(user, words, **more)
    put_living_customers(found.tickets)
    put_snippets(found.tickets, found.words)
    return found


def search_context(user: User, words: str, *, after: str = "") -> dict[str, Any]:
    found = found_for(user, words, after=after)
    return {"found": found, "page": Page(found.tickets, found.older)}


def saved_view_of(user: User, view: str) -> SavedView | None:
    """`saved-12` among those the user may see."""
    kind, _dash, pk = view.partition("-")
    if kind != "saved" or not (pk.isascii() and pk.isdecimal() and len(pk) < 19):
        return None
    return views_for(user).filter(pk=int(pk)).first()


def customers_for(user: User, words: str) -> list[Customer]:
    """People with these words in name, address or number; none for a search by operators."""
    if len(words) < FEWEST_LETTERS or ":" in words or not has(user, CUSTOMER_VIEW):
        return []
    pools = pools_for(user, CUSTOMER_VIEW)
    living = Customer.objects.filter(pool__in=pools).living()
    found = search_customers(living, words.strip('"#'), pools=pools).select_related("organisation")
    return list(found.order_by("-pk")[:CUSTOMERS])


@require_GET
@needs(TICKET_VIEW)
def results(request: StaffRequest) -> HttpResponse:
    """Everything with the words: tickets with the place where they stand, and customers."""
    words, after = clean(request.GET.get("q", "")), request.GET.get("after", "")
    context = {"area": "tickets", "words": words, "is_first": not after, "operators": OPERATORS_SHOWN}
    if words:
        context |= search_context(request.user, words, after=after)
        context["customers"] = customers_for(request.user, words) if not after else []
    return render(request, "tickets/search.html", context)


@require_GET
@needs(TICKET_VIEW)
def close(request: StaffRequest) -> HttpResponse:
    """Fragment: tickets that are only close to the words, for the list (`in=list`) or the page with everything.

    `seen` are ids that the page shows already. Asked for by itself: what has the words need not wait for guesses.
    """
    words, seen = clean(request.GET.get("q", "")), ids_of(request.GET.getlist("seen")[:FEW])
    kept = {name: request.GET[name] for name in ("view", "q") if request.GET.get(name)}
    context = {
        "words": words,
        "close": close_for(request.user, words, without=seen),
        "is_list": request.GET.get("in") == "list",
        "has_seen": bool(seen),
        "list_query": f"?{urlencode(kept)}",
    }
    return render(request, "tickets/_close.html", context)


def ids_of(texts: list[str]) -> tuple[int, ...]:
    return tuple(int(one) for one in texts if one.isascii() and one.isdecimal() and len(one) < 19)


@require_GET
@needs(TICKET_VIEW)
def palette(request: StaffRequest) -> HttpResponse:
    """Fragment: tickets, customers and views for what is being typed into the palette."""
    words = clean(request.GET.get("q", ""))[:100]
    views = views_for(request.user)
    if words:
        views = views.filter(name__icontains=words)
    context: dict[str, Any] = {"words": words, "saved_views": views[:SHOWN]}
    if len(words) >= FEWEST_LETTERS:
        found = found_for(request.user, words, limit=IN_PALETTE, typing=True)
        context["tickets"] = found.tickets
        if found.may_be_close and not found.tickets:
            context["tickets"] = close_for(request.user, words, limit=IN_PALETTE).tickets
        context["customers"] = customers_for(request.user, words)
    return render(request, "tickets/_palette_found.html", context)


@require_GET
@needs(TICKET_VIEW)
def suggest(request: StaffRequest) -> HttpResponse:
    """Fragment: what may stand after `name:`."""
    name, typed = request.GET.get("name", "")[:20].lower(), clean(request.GET.get("typed", ""))[:60]
    known = [value for value in values_of(name) if value.startswith(typed.lower())]
    if name in NAMED and len(known) < SUGGESTED:
        known += NAMED[name](request.user, typed)
    context = {"name": name, "values": known[:SUGGESTED]}
    return render(request, "tickets/_suggestions.html", context)


def people_named(user: User, typed: str) -> list[str]:
    brands = brands_for(user, TICKET_VIEW).order_by().values("pk")
    here = Q(grants__brand__in=brands) | Q(grants__brand=None, grants__team=None)
    named = User.objects.filter(here, is_active=True, name__icontains=typed).distinct()
    return list(named.order_by("name").values_list("name", flat=True)[:SUGGESTED])


def tags_named(user: User, typed: str) -> list[str]:
    latest = Ticket.objects.visible_to(user).order_by("-last_message_at", "-pk")[:300]
    used = {tag for tags in latest.values_list("tags", flat=True) for tag in tags}
    return sorted(tag for tag in used if typed.lower() in tag)


def named(rows: Any, typed: str) -> list[str]:
    return list(
        rows.filter(name__icontains=typed).order_by("name").values_list("name", flat=True)[:SUGGESTED]
    )


def fields_named(user: User, typed: str) -> list[str]:
    """`reason=` for each field, `reason=damaged` once its key is typed."""
    found = fields_seen_by(user).filter(retired_at__isnull=True).order_by("-about", "position", "pk")
    known = [f"{one.key}{end}" for one in found for end in ends_of(one)]
    return [value for value in dict.fromkeys(known) if value.startswith(typed.lower())][:SUGGESTED]


def ends_of(field: OwnField) -> list[str]:
    """What may stand behind the key: a code, or a sign for those with an order."""
    if field.is_listed:
        return [f"={code}" for code, _words in field.options()] or [""]
    return ["", ">=", "<="] if field.kind in RANGED else [""]


NAMED = {
    "field": fields_named,
    "assignee": people_named,
    "tag": tags_named,
    "team": lambda user, typed: named(teams_for(user, TICKET_VIEW), typed),
    "brand": lambda user, typed: named(brands_for(user, TICKET_VIEW), typed),
    "inbox": lambda user, typed: named(
        Inbox.objects.filter(brand__in=brands_for(user, TICKET_VIEW).order_by().values("pk")), typed
    ),
}
OPERATORS_SHOWN = [*OPERATORS, *RANGES, "sort"]


def box_text(saved: SavedView | None, words: str) -> str:
    return text_of(saved) if saved is not None else words
