"""/demo/: a made-up shop with the chat on its pages. Exists only with the demo, and only for this machine itself."""

from dataclasses import dataclass
from typing import Any

import jwt
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from carecenter.lib.kinds import Capability, kinds_that
from carecenter.lib.signing import good_at
from carecenter.lib.time import now
from channels_app.models import Connection
from channels_app.views.demo import on_this_machine
from customers.models import Customer, Identity

SLUG = "harrowfell"
LIFE_SECONDS = 3600


@dataclass(frozen=True)
class Ware:
    """`picture` names the drawing in the shop's sheet."""

    name: str
    price: str
    words: str
    picture: str


WARES = (
    Ware("Moor 2 tent", "£329", "Two people, two doors, 1.9 kg. Stands up to a gale on the tops.", "tent"),
    Ware(
        "Scarth Mid hiking boots", "£159", "Full-grain leather, resoleable, broken in by lunchtime.", "boots"
    ),
    Ware("Drystone 35 rucksack", "£129", "Thirty-five litres for a weekend from hut to hut.", "pack"),
    Ware(
        "Storm Beck rain jacket", "£189", "Three layers, pit zips, and a hood that turns with you.", "jacket"
    ),
    Ware("Ember gas stove", "£59", "Boils a litre in under four minutes, even in the wind.", "stove"),
    Ware("Beacon 400 head torch", "£59", "Four hundred lumens, forty hours, one button.", "lamp"),
    Ware("Bothy Winter sleeping bag", "£289", "Warm to minus twelve. Packs to the size of a loaf.", "bag"),
    Ware("Spring insulated bottle", "£29", "Tea at the summit, hot since breakfast.", "bottle"),
)


@require_safe
@on_this_machine
def shop(request: HttpRequest) -> HttpResponse:
    """As a customer who is signed in, or with ?guest as anybody."""
    connection = chat_of_shop()
    customer = None if "guest" in request.GET else regular()
    page: dict[str, Any] = {"wares": WARES, "key": connection.inbox.key if connection else ""}
    if customer is not None and connection is not None:
        page |= {"customer": customer, "user_token": token_for(customer, connection)}
    response = render(request, "channels_app/chat/shop.html", page)
    response["Cache-Control"] = "no-store"
    return response


def chat_of_shop() -> Connection | None:
    chats = Connection.objects.select_related("inbox__brand")
    found = chats.filter(inbox__brand__slug=SLUG, inbox__kind__in=kinds_that(Capability.LIVE))
    return found.filter(is_active=True, inbox__is_active=True).order_by("pk").first()


def regular() -> Customer | None:
    """Somebody who buys here often, so that there is something to see beside their chat: the same one each time."""
    buyers = Customer.objects.living().filter(orders__brand__slug=SLUG, identities__kind=Identity.Kind.EMAIL)
    often = buyers.exclude(name="").annotate(orders_count=Count("orders", distinct=True))
    best = list(often.order_by("-orders_count", "pk")[:1])
    return best[0] if best else None


def token_for(customer: Customer, connection: Connection) -> str:
    """What a shop's own server would sign."""
    known = dict(customer.identities.order_by("-pk").values_list("kind", "value"))
    claims = {
        "sub": known.get(Identity.Kind.EXTERNAL) or f"shop-{customer.pk}",
        "email": known.get(Identity.Kind.EMAIL, ""),
        "name": customer.name,
        "exp": int(now().timestamp()) + LIFE_SECONDS,
    }
    secrets = good_at(connection.opened().get("user_secret"), now()) or [""]
    return jwt.encode(claims, secrets[0], "HS256")
