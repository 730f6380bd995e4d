"""The firm: two pools, three brands, three teams, fifteen people, the entrances."""

from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password

from accounts.models import Brand, CustomerPool, Grant, Role, Team, User
from accounts.permissions import ROLES
from channels_app.models import Connection, InboxAddress
from tickets.by_hand import ByHand
from tickets.models import Inbox

PASSWORD = "welcome-to-the-desk"  # noqa: S105  printed for everybody who starts the demo; it exists on loopback only
OUTDOOR, COFFEE = "Fell & Grat Outfitters", "Bramblecup"
SIGN_INS = (
    ("agent", "alice@harrowfell.example"),
    ("agent of another client", "maeve@bramblecup.example"),
    ("lead", "lena@harrowfell.example"),
    ("manager", "martin@harrowfell.example"),
    ("admin", "admin@harrowfell.example"),
)
# pool, name, slug, colour, language, zone, region of its people, currency
BRANDS = (
    (OUTDOOR, "Harrowfell", "harrowfell", "#2f6f4f", "en", "Europe/London", "uk", "GBP"),
    (OUTDOOR, "Gratweg", "gratweg", "#b4532a", "de", "Europe/Berlin", "de", "EUR"),
    (COFFEE, "Bramblecup", "bramblecup", "#6b3f69", "en", "Europe/Dublin", "ie", "EUR"),
)
TEAMS = {
    "harrowfell": (OUTDOOR, "Harrowfell care", ("alice", "imran", "sophie", "callum", "grace")),
    "gratweg": (OUTDOOR, "Gratweg Kundenservice", ("jonas", "miriam", "tobias", "elif")),
    "bramblecup": (COFFEE, "Bramblecup care", ("maeve", "ronan", "divya")),
}
AGENTS = {
    "alice": "Alice Thornton", "imran": "Imran Sheikh", "sophie": "Sophie Lindley", "callum": "Callum Reid",
    "grace": "Grace Adeyemi", "jonas": "Jonas Feldmann", "miriam": "Miriam Hauser", "tobias": "Tobias Krüger",
    "elif": "Elif Aydın", "maeve": "Maeve Donnelly", "ronan": "Ronan Burke", "divya": "Divya Nair",
}  # fmt: skip
# key, brand, name, kind, addresses
INBOXES = (
    ("harrowfell-support", "harrowfell", "Support", "email", ("support@harrowfell.example",)),
    ("harrowfell-returns", "harrowfell", "Returns", "email", ("returns@harrowfell.example",)),
    ("harrowfell-phone", "harrowfell", "Phone", ByHand.PHONE, ()),
    ("harrowfell-store", "harrowfell", "Keswick store", ByHand.VISIT, ()),
    (
        "gratweg-service",
        "gratweg",
        "Service",
        "email",
        ("service@gratweg.example", "hilfe@gratweg.example"),
    ),
    ("gratweg-phone", "gratweg", "Telefon", ByHand.PHONE, ()),
    ("gratweg-store", "gratweg", "Laden München", ByHand.VISIT, ()),
    ("bramblecup-hello", "bramblecup", "Hello", "email", ("hello@bramblecup.example",)),
    ("bramblecup-phone", "bramblecup", "Phone", ByHand.PHONE, ()),
)


@dataclass
class House:
    """One brand with all that its tickets need."""

    brand: Brand
    team: Team
    region: str
    currency: str
    store: str
    agents: list[User] = field(default_factory=list)
    inboxes: dict[str, Inbox] = field(default_factory=dict)  # by kind; mail by key as well
    addresses: dict[int, str] = field(default_factory=dict)  # inbox id to the address it writes from

    @property
    def slug(self) -> str:
        return self.brand.slug

    @property
    def language(self) -> str:
        return self.brand.language

    @property
    def is_coffee(self) -> bool:
        return self.region == "ie"


def create_firm() -> dict[str, House]:
    """Write the firm; houses by the slug of their brand."""
    pools = {name: CustomerPool.objects.create(name=name) for name in (OUTDOOR, COFFEE)}
    houses = {}
    for pool, name, slug, color, language, zone, region, currency in BRANDS:
        brand = Brand.objects.create(
            pool=pools[pool], name=name, slug=slug, color=color, language=language, zone=zone
        )
        team = Team.objects.create(pool=pools[pool], name=TEAMS[slug][1])
        store = {"harrowfell": "Keswick", "gratweg": "München"}.get(slug, "Galway")
        houses[slug] = House(brand=brand, team=team, region=region, currency=currency, store=store)
    create_people(houses)
    create_inboxes(houses)
    return houses


def create_people(houses: dict[str, House]) -> None:
    """Agents see the brands of their team's pool; lead both outdoor brands; manager and admin everything."""
    password = make_password(PASSWORD)  # hashed once: the hash is slow on purpose
    roles = {
        name: Role.objects.get_or_create(name=name, defaults={"permissions": list(codes)})[0]
        for name, codes in ROLES.items()
    }
    outdoor = [house.brand for house in houses.values() if not house.is_coffee]
    for slug, (_pool, _title, keys) in TEAMS.items():
        house = houses[slug]
        for key in keys:
            user = create_user(key, AGENTS[key], house, password)
            house.agents.append(user)
            brands = [house.brand] if house.is_coffee else outdoor
            Grant.objects.bulk_create(
                [Grant(user=user, role=roles["Agent"], brand=brand) for brand in brands]
            )
        house.team.members.set(house.agents)
    home = houses["harrowfell"]
    lead = create_user("lena", "Lena Marquardt", home, password)
    Grant.objects.bulk_create([Grant(user=lead, role=roles["Lead"], brand=brand) for brand in outdoor])
    for slug in ("harrowfell", "gratweg"):
        houses[slug].team.members.add(lead)
    manager = create_user("martin", "Martin Osei", home, password)
    admin = create_user("admin", "Robin Castle", home, password)
    Grant.objects.bulk_create(
        [Grant(user=manager, role=roles["Manager"]), Grant(user=admin, role=roles["Admin"])]
    )


def create_user(key: str, name: str, house: House, password: str) -> User:
    language = house.language if house.language == "de" else ""
    return User.objects.create(
        email=f"{key}@{house.slug}.example",
        name=name,
        password=password,
        language=language,
        zone=house.brand.zone,
    )


def create_inboxes(houses: dict[str, House]) -> None:
    for key, slug, name, kind, addresses in INBOXES:
        house = houses[slug]
        inbox = Inbox.objects.create(
            brand=house.brand, name=name, key=key, kind=kind, default_team=house.team
        )
        house.inboxes.setdefault(kind, inbox)
        house.inboxes[key] = inbox
        if not addresses:
            continue
        connection = Connection.objects.create(inbox=inbox, from_name=house.brand.name)
        InboxAddress.objects.bulk_create(
            [InboxAddress(connection=connection, address=address) for address in addresses]
        )
        house.addresses[inbox.pk] = addresses[0]
