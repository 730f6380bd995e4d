"""Two hundred customers: what they are known by, where they live, what they bought."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from accounts.models import CustomerPool
from carecenter.demo import names
from carecenter.demo.catalogue import Product, products, sizes
from carecenter.demo.firm import House
from customers.models import Customer, CustomerNote, Identity, Order, Organisation

SHARES = {"harrowfell": 90, "gratweg": 62, "bramblecup": 48}
DOUBLES = 2  # for each brand
TIERS = ("", "", "", "", "", "", "Gold", "VIP")


@dataclass
class Person:
    """A customer as the conversations know them."""

    customer: Customer
    region: str
    language: str
    first: str
    email: str
    phone: str
    city: str
    street: str
    postcode: str
    mail_style: str  # how their mail program writes: "plain", "div", "outlook"
    orders: list[Order] = field(default_factory=list)
    told: set[str] = field(default_factory=set)  # conversations they had already
    since: datetime | None = None
    is_double: bool = False  # the shop does not know this address
    number: str = ""  # the shop's own, of who ordered or signed in there

    @property
    def name(self) -> str:
        return self.customer.name

    def shop_number(self, rng: random.Random) -> str:
        """The shop's number of them, drawn when it is first asked for."""
        self.number = self.number or f"C-{100000 + rng.randrange(900000)}-{self.customer.pk}"
        return self.number


class Town:
    """Makes the customers of one run; keeps names, addresses and order numbers unique."""

    def __init__(self, rng: random.Random, *, now: datetime) -> None:
        self.rng = rng
        self.now = now
        self.used: set[str] = set()
        self.phones = dict.fromkeys(names.PHONES, 0)
        self.order_number = 48210
        self.orders: list[Order] = []
        self.doubles: list[tuple[Person, Person]] = []

    def people_of(self, house: House, count: int, organisations: list[Organisation]) -> list[Person]:
        """So many; the last few are customers who write from a second address, placed among the busiest."""
        people = [self.person(house, organisations) for _ in range(count - DOUBLES)]
        for number in range(DOUBLES):
            self.doubles.append((people[number * 3], self.double_of(people[number * 3], house)))
            people.insert(number * 2 + 1, self.doubles[-1][1])
        return people

    def double_of(self, person: Person, house: House) -> Person:
        """The same name and number, another mailbox."""
        other = self.person(house, [])
        hosts = [host for host in names.MAIL_HOSTS[person.region] if host not in person.email]
        local = person.email.partition("@")[0]
        other.customer.name, other.first = person.name, person.first
        other.is_double = True
        other.email, other.phone = f"{local}@{self.rng.choice(hosts)}", person.phone
        other.city, other.street, other.postcode = person.city, person.street, person.postcode
        return other

    def fresh_name(self, region: str) -> tuple[str, str]:
        while True:
            first, last = self.rng.choice(names.FIRST[region]), self.rng.choice(names.LAST[region])
            if f"{first} {last}" not in self.used:
                self.used.add(f"{first} {last}")
                return first, last

    def person(self, house: House, organisations: list[Organisation]) -> Person:
        rng, region = self.rng, house.region
        first, last = self.fresh_name(region)
        organisation = rng.choice(organisations) if organisations and rng.random() < 0.15 else None
        since = self.now - timedelta(days=rng.triangular(95, 1400, 300), seconds=rng.randrange(86400))
        host = organisation.domains[0] if organisation else rng.choice(names.MAIL_HOSTS[region])
        customer = Customer(
            pool=house.brand.pool, organisation=organisation, name=f"{first} {last}", language=house.language,
            zone=house.brand.zone, tier=rng.choice(TIERS), created_at=since, updated_at=since,
        )  # fmt: skip
        number = self.phones[region] = self.phones[region] + 1
        return Person(
            customer=customer, region=region, language=house.language, first=first,
            email=f"{plain(first)}.{plain(last)}@{host}", phone=names.PHONES[region].format(number),
            city=rng.choice(names.CITIES[region]),
            street=f"{rng.choice(names.STREETS[region])} {rng.randrange(1, 90)}",
            postcode=names.POSTCODES[region].format(rng.randrange(10, 99), rng.randrange(100, 999)),
            mail_style=rng.choices(("plain", "div", "outlook"), (45, 35, 20))[0], since=since,
        )  # fmt: skip

    def order(
        self, person: Person, house: House, *, at: datetime, status: str, first: Product | None = None
    ) -> Order:
        """An order of one to three things, the first of them as given."""
        rng = self.rng
        goods = products("Bramblecup" if house.is_coffee else "", "")
        chosen = [first or rng.choice(goods)]
        chosen += rng.sample(
            [good for good in goods if good not in chosen], rng.choices((0, 1, 2), (60, 28, 12))[0]
        )
        items = [self.item(product, house) for product in chosen]
        self.order_number += rng.randrange(1, 40)
        prefix = {"harrowfell": "HF", "gratweg": "GW"}.get(house.slug, "BC")
        shipping = 0 if sum(int(item["price_minor"]) for item in items) > 7500 else 495
        order = Order(
            pool=house.brand.pool, brand=house.brand, customer=person.customer,
            number=f"{prefix}-{self.order_number}", status=status, currency=house.currency, placed_at=at,
            total_minor=sum(item["price_minor"] * item["quantity"] for item in items) + shipping,
            items=items, updated_at=min(self.now, at + timedelta(days=5)),
        )  # fmt: skip
        person.orders.append(order)
        self.orders.append(order)
        return order

    def item(self, product: Product, house: House) -> dict[str, Any]:
        name = product.name(house.language)
        if choices := sizes(product.category):
            name = f"{name}, {self.rng.choice(choices)}"
        quantity = 2 if product.category in ("coffee", "bottle") and self.rng.random() < 0.3 else 1
        return {"name": name, "sku": product.sku, "quantity": quantity, "price_minor": product.price_minor}


def plain(name: str) -> str:
    """A name as the local part of an address."""
    table = {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "ß": "ss",
        "ş": "s",
        "ı": "i",
        "ğ": "g",
        "ç": "c",
        "Ö": "oe",
        "ó": "o",
    }
    table |= {"á": "a", "é": "e", "í": "i", "ú": "u"}
    return "".join(table.get(letter, letter) for letter in name.lower())


def create_organisations(pools: dict[str, CustomerPool]) -> dict[str, list[Organisation]]:
    """By region of their people."""
    rows = [
        Organisation(pool=pools["ie" if trade == "coffee" else "uk"], name=name, domains=[domain])
        for trade, name, domain, _region in names.ORGANISATIONS
    ]
    Organisation.objects.bulk_create(rows)
    found: dict[str, list[Organisation]] = {}
    for row, (_trade, _name, _domain, region) in zip(rows, names.ORGANISATIONS, strict=True):
        found.setdefault(region, []).append(row)
    return found


def identities_of(person: Person, rng: random.Random) -> list[Identity]:
    """The shop vouches for the address of who has ordered; a number is what somebody once said on the phone."""
    shared = {"pool": person.customer.pool, "customer": person.customer, "created_at": person.since}
    if person.is_double:
        return [Identity(kind=Identity.Kind.EMAIL, value=person.email, **shared)]
    verified = {"evidence": Identity.Evidence.VERIFIED, "verified_by": "api", "verified_at": person.since}
    has_account = bool(person.orders or person.number)
    vouched = verified if has_account else {}
    rows = [Identity(kind=Identity.Kind.EMAIL, value=person.email, **shared, **vouched)]
    if rng.random() < 0.55:
        rows.append(Identity(kind=Identity.Kind.PHONE, value=person.phone, **shared))
    if has_account:
        rows.append(
            Identity(kind=Identity.Kind.EXTERNAL, value=person.shop_number(rng), **shared, **verified)
        )
    return rows


NOTES = {
    "en": (
        "Prefers e-mail, works night shifts: do not phone before noon.",
        "Leads a walking group and recommends us. Worth a little goodwill.",
        "Had three parcels go astray at this address. Always offer collection from a shop.",
        "Hard of hearing: written answers only, please.",
    ),
    "de": (
        "Bitte nur schriftlich, ist tagsüber in der Werkstatt und nicht erreichbar.",
        "Bestellt jedes Jahr für die ganze Jugendgruppe. Sammelrechnung gewünscht.",
        "Nachbarin nimmt Pakete an, Abstellgenehmigung liegt vor.",
    ),
}


def notes_for(people: list[Person], houses: dict[str, House], rng: random.Random) -> list[CustomerNote]:
    """Something to know about every tenth."""
    by_region = {house.region: house for house in houses.values()}
    rows = []
    for person in rng.sample(people, len(people) // 10):
        agent = rng.choice(by_region[person.region].agents)
        at = (person.since or person.customer.created_at) + timedelta(days=rng.randrange(5, 60))
        text = rng.choice(NOTES[person.language])
        rows.append(CustomerNote(customer=person.customer, author=agent, text=text, created_at=at))
    return rows
