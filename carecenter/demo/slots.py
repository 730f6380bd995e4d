"""What the slots of a conversation stand for on one ticket: drawn once, so that all its messages agree."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.models import User
from carecenter.demo import names, wording
from carecenter.demo.catalogue import COLOURS, Product, products, sizes
from carecenter.demo.firm import House
from carecenter.demo.people import Person
from customers.models import Order

TRIPS = {
    "en": (
        "the Cairngorms",
        "Skye",
        "Snowdonia",
        "the Lakes",
        "Norway",
        "the Dolomites",
        "Northumberland",
        "Mull",
    ),
    "de": (
        "ins Karwendel",
        "in die Dolomiten",
        "nach Norwegen",
        "in den Harz",
        "ins Allgäu",
        "nach Südtirol",
    ),
}


@dataclass(frozen=True)
class Occasion:
    """Who speaks with whom, when, about what."""

    house: House
    person: Person | None
    agent: User
    at: datetime
    order: Order | None
    product: Product


def slots_for(occasion: Occasion, rng: random.Random) -> dict[str, str]:
    """Every slot a conversation may use. Places and dates follow the brand's language and zone."""
    house, person, agent, at = occasion.house, occasion.person, occasion.agent, occasion.at
    language = house.language
    local = at.astimezone(ZoneInfo(house.brand.zone))
    found = dates(local, language, rng) | goods(house, occasion.product, occasion.order, language, rng)
    others = [colleague for colleague in house.agents if colleague != agent]
    found |= {
        "agent": first_name(agent),
        "colleague": first_name(rng.choice(others)),
        "brand": house.brand.name,
        "store": house.store,
        "trip": rng.choice(TRIPS[language]),
        "tracking": f"{rng.choice('JRZ')}{rng.choice('DQX')}{rng.randrange(10**8, 10**9)}{house.region.upper()}",
        "code": "".join(rng.choices("ABCDEFGHKLMNPRSTUVWXYZ23456789", k=7)),
        "invoice": f"{'RE' if language == 'de' else 'INV'}-{at.year}-{rng.randrange(10000, 99999)}",
        "days": str(rng.randrange(4, 9)),
        "street": person.street if person else "",
        "postcode": person.postcode if person else "",
        "email": person.email if person else "",
        "phone": person.phone if person else "",
        "city": person.city if person else house.store,
        "name": person.name if person else "",
        "first": person.first if person else "",
        "new_street": f"{rng.choice(names.STREETS[house.region])} {rng.randrange(1, 90)}",
    }
    friend = f"{rng.choice(names.FIRST[house.region])} {rng.choice(names.LAST[house.region])}"
    domain = found["email"].partition("@")[2] or "mailhouse.example"
    found |= {"friend": friend, "friend_mail": f"accounts@{domain}"}
    found["bye"] = wording.say(rng.choice(wording.BYE[language]), found, rng)
    return found


def first_name(user: User) -> str:
    return user.name.split()[0]


def dates(local: datetime, language: str, rng: random.Random) -> dict[str, str]:
    days, months = wording.WEEKDAYS[language], wording.MONTHS[language]
    placed = local - timedelta(days=rng.randrange(5, 12))
    dot = "." if language == "de" else ""
    return {
        "weekday": days[(local - timedelta(days=rng.randrange(1, 5))).weekday()],
        "trip_day": days[(local + timedelta(days=rng.randrange(3, 6))).weekday()],
        "month": months[(local.month - 2) % 12],
        "placed": f"{placed.day}{dot} {months[placed.month - 1]}",
        "daytime": wording.DAYTIME[language][0 if local.hour < 12 else 1 if local.hour < 18 else 2],
    }  # fmt: skip


def goods(
    house: House, product: Product, order: Order | None, language: str, rng: random.Random
) -> dict[str, str]:
    choices = sizes(product.category) or ("M", "L")
    place = rng.randrange(len(choices) - 1)
    colour, other_colour = rng.sample(COLOURS[language], 2)
    total = order.total_minor if order else product.price_minor
    return {
        "item": product.name(language),
        "sku": product.sku,
        "order": order.number if order else "",
        "price": wording.money(product.price_minor, house.currency, language),
        "total": wording.money(total, house.currency, language),
        "amount": wording.money(
            rng.choice((500, 750, 1000, 1250, 1500, 1895, 2000)), house.currency, language
        ),
        "size": choices[place],
        "other_size": choices[place + 1],
        "colour": colour,
        "other_colour": other_colour,
    }


def product_for(house: House, category: str, rng: random.Random) -> Product:
    return rng.choice(products("Bramblecup" if house.is_coffee else "", category))
