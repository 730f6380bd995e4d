"""A firm for the load: one pool, four brands of different size, eight teams, forty agents."""

from accounts.models import Brand, CustomerPool, Grant, Role, Team, User
from accounts.permissions import ROLES
from carecenter.demo.fill.rows import Desk
from channels_app.domain.inboxes import MAIL
from channels_app.models import Connection, InboxAddress
from tickets.models import Inbox

POOL = "Load"
BRANDS = (("load-one", 55), ("load-two", 25), ("load-three", 15), ("load-four", 5))
AGENTS = 10
TEAMS = 2


def desks() -> tuple[int, tuple[Desk, ...]]:
    """The pool and its brands; made at the first fill, found again at the next."""
    pool, _ = CustomerPool.objects.get_or_create(name=POOL)
    role, _ = Role.objects.get_or_create(name="Agent", defaults={"permissions": list(ROLES["Agent"])})
    return pool.pk, tuple(desk(pool, role, slug, weight) for slug, weight in BRANDS)


def desk(pool: CustomerPool, role: Role, slug: str, weight: int) -> Desk:
    title = slug.replace("-", " ").capitalize()
    brand, created = Brand.objects.get_or_create(slug=slug, defaults={"pool": pool, "name": title})
    if created:
        make_brand(brand, role)
    inbox = Inbox.objects.get(key=slug)
    agents = User.objects.filter(grants__brand=brand, email__startswith=f"{slug}-").order_by("pk")
    return Desk(
        brand=brand.pk,
        inbox=inbox.pk,
        teams=tuple(
            Team.objects.filter(pool=pool, name__startswith=title).order_by("pk").values_list("pk", flat=True)
        ),
        agents=tuple(agents.values_list("pk", "name")),
        address=address_of(slug),
        weight=weight,
    )


def address_of(slug: str) -> str:
    return f"support@{slug}.example"


def make_brand(brand: Brand, role: Role) -> None:
    """Agents of the load have no password: nobody signs in as they."""
    teams = [
        Team.objects.create(pool=brand.pool, name=f"{brand.name} {number + 1}") for number in range(TEAMS)
    ]
    inbox = Inbox.objects.create(
        brand=brand, name="Support", key=brand.slug, kind=MAIL, default_team=teams[0]
    )
    connection = Connection.objects.create(inbox=inbox, from_name=brand.name)
    InboxAddress.objects.create(connection=connection, address=address_of(brand.slug))
    for number in range(AGENTS):
        name = f"{brand.name} agent {number + 1}"
        user = User.objects.create(email=f"{brand.slug}-{number + 1}@load.example", name=name, password="!")  # noqa: S106
        Grant.objects.create(user=user, role=role, brand=brand)
        teams[number % TEAMS].members.add(user)
