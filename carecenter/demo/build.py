"""Write the whole demo in one transaction: the firm, its customers, ninety days of tickets, what went wrong."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction

from accounts.models import User
from carecenter.demo import extras
from carecenter.demo.catalogue import Product
from carecenter.demo.chats import open_chat
from carecenter.demo.fields import ask_fields, fill_in
from carecenter.demo.files import Cupboard
from carecenter.demo.firm import House, create_firm
from carecenter.demo.help_centre import open_help
from carecenter.demo.hours import arrivals, into_hours
from carecenter.demo.ledger import Happening, Ledger, insert
from carecenter.demo.people import SHARES, Person, Town, create_organisations, identities_of, notes_for
from carecenter.demo.script import Conversation, OrderHint, conversations
from carecenter.demo.slots import Occasion, product_for, slots_for
from carecenter.demo.story import Story
from carecenter.demo.surveys import add_surveys
from carecenter.demo.talking import Chat, ChatTeller, is_chat, when_open
from carecenter.demo.telling import OURS, Scene, Teller
from carecenter.demo.writers import let_visitors_write
from carecenter.lib.time import now
from customers.models import Customer, CustomerNote, Identity, Order
from journal.actors import SYSTEM
from tickets.domain.search.indexing import ask
from tickets.models import Status

SEED = "the shop on the hill"
DAYS = 90
TICKETS = 600
SHARE_OF_TICKETS = {"harrowfell": 0.5, "gratweg": 0.29, "bramblecup": 0.21}
BACKLOG_DAYS = 16
CLOSED_AFTER = timedelta(days=28)


@dataclass
class Demo:
    """What a run knows while it writes."""

    rng: random.Random
    now: datetime
    houses: dict[str, House]
    town: Town
    people: dict[str, list[Person]]
    ledger: Ledger = field(default_factory=Ledger)
    cupboard: Cupboard = field(default_factory=Cupboard)
    stories: list[Story] = field(default_factory=list)
    told_once: set[str] = field(default_factory=set)


@transaction.atomic
def build(*, tickets: int = TICKETS, seed: str = SEED) -> Demo:
    """Write everything. Call it on a database without customers."""
    rng = random.Random(seed)  # noqa: S311  made-up people
    moment = now()
    houses = create_firm()
    open_chat(houses)
    town = Town(rng, now=moment)
    demo = Demo(rng=rng, now=moment, houses=houses, town=town, people=create_customers(town, houses))
    for slug, share in SHARE_OF_TICKETS.items():
        for at in arrivals(round(tickets * share), days=DAYS, until=moment, rng=rng):
            tell_one(demo, houses[slug], at)
    for person in [person for people in demo.people.values() for person in people]:
        buy_more(demo, person)
    finish_customers(demo)
    extras.add_parked(demo)
    ask_fields(houses)
    fill_in(demo.ledger.tickets, houses, random.Random(seed))  # noqa: S311  made-up answers
    demo.ledger.store()
    extras.store_parked_events(demo)
    extras.add_people_work(demo)
    extras.add_drafts(demo)
    open_help(demo.houses, authors_of(houses), rng, moment)
    let_visitors_write(demo.houses, moment)
    add_surveys(demo)
    ask(ticket.pk for ticket in demo.ledger.tickets)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return demo


def authors_of(houses: dict[str, House]) -> dict[str, User]:
    """Who writes a brand's articles: the lead of the outdoor shops, an agent of the roaster."""
    lead = User.objects.get(email="lena@harrowfell.example")
    return {slug: house.agents[0] if house.is_coffee else lead for slug, house in houses.items()}


def create_customers(town: Town, houses: dict[str, House]) -> dict[str, list[Person]]:
    """By the brand they mostly write to; a few of the outdoor customers know both shops."""
    pools = {house.region: house.brand.pool for house in houses.values()}
    organisations = create_organisations(pools)
    people = {
        slug: town.people_of(houses[slug], count, organisations.get(houses[slug].region, []))
        for slug, count in SHARES.items()
    }
    insert(Customer, [person.customer for group in people.values() for person in group])
    return people


def tell_one(demo: Demo, house: House, at: datetime) -> None:
    """One ticket: who, about what, told until now or until the backlog begins."""
    rng = demo.rng
    conversation = choose_conversation(demo, house)
    if conversation.steps[0].who in OURS:
        at = into_hours(at, house.brand.zone, rng)
    if at > demo.now - timedelta(minutes=5):
        at = demo.now - timedelta(hours=rng.uniform(20, 30))
    if talks := is_chat(conversation):
        at = when_open(at, house, demo.now, rng)
    person = None if conversation.steps[0].who == "case" else choose_person(demo, house, conversation)
    agent = rng.choice(house.agents)
    product = product_for(house, conversation.item, rng)
    order = (
        make_order(demo, house, person, conversation.order, product, at)
        if person and conversation.order
        else None
    )
    slots = slots_for(Occasion(house, person, agent, at, order, product), rng)
    scene = Scene(
        conversation=conversation, person=person, house=house, slots=slots, rng=rng, now=demo.now,
        cupboard=demo.cupboard, backlog=backlog_step(demo, conversation, at),
    )  # fmt: skip
    story: Story
    if talks:
        story = chat = Chat(demo.ledger, house, rng, agent=agent, at=at)
        finished = ChatTeller(scene, chat).tell()
    else:
        story = Story(demo.ledger, house, rng, agent=agent, at=at)
        finished = Teller(scene, story).tell()
    if order and finished and conversation.order:
        order.status = conversation.order.ends
    close_old(demo, story)
    demo.stories.append(story)


def choose_conversation(demo: Demo, house: House) -> Conversation:
    choices = [one for one in conversations() if one.brand == house.slug and one.key not in demo.told_once]
    chosen = demo.rng.choices(choices, [one.weight for one in choices])[0]
    if chosen.once:
        demo.told_once.add(chosen.key)
    return chosen


def choose_person(demo: Demo, house: House, conversation: Conversation) -> Person:
    """Somebody who has not told this story yet; some people write more often than others."""
    people = demo.people[house.slug]
    if "company" in conversation.people:
        people = [person for person in people if person.customer.organisation_id] or people
    fresh = [person for person in people if conversation.key not in person.told] or people
    person = (
        fresh[min(int(demo.rng.paretovariate(0.9)) - 1, len(fresh) - 1)]
        if demo.rng.random() < 0.2
        else demo.rng.choice(fresh)
    )
    person.told.add(conversation.key)
    return person


def make_order(
    demo: Demo, house: House, person: Person, hint: OrderHint, product: Product, at: datetime
) -> Order:
    """What the conversation is about, bought as long before as the script says."""
    placed = at - hint.age * demo.rng.uniform(0.85, 1.2) - timedelta(hours=demo.rng.uniform(1, 20))
    return demo.town.order(person, house, at=placed, status=hint.state, first=product)


def backlog_step(demo: Demo, conversation: Conversation, at: datetime) -> int:
    """Of the last days' tickets a share waits for us: the step nobody has got to yet; -1 for none. Chats never do."""
    if is_chat(conversation):
        return -1
    age = (demo.now - at) / timedelta(days=1)
    if age > BACKLOG_DAYS or demo.rng.random() > 0.95 - age * 0.03:
        return -1
    ours = [place for place, step in enumerate(conversation.steps) if step.who == "agent" and place]
    return demo.rng.choice([ours[0], *ours]) if ours else -1


def close_old(demo: Demo, story: Story) -> None:
    """Solved tickets are closed after four weeks."""
    ticket = story.ticket
    if ticket.status == Status.SOLVED and ticket.solved_at and ticket.solved_at + CLOSED_AFTER < demo.now:
        story.at = ticket.solved_at + CLOSED_AFTER
        story.set_status(Status.CLOSED, SYSTEM)


def buy_more(demo: Demo, person: Person) -> None:
    """Everybody buys something now and then; a few only ever ask."""
    house = next(house for house in demo.houses.values() if house.region == person.region)
    for _ in range(demo.rng.choices((0, 1, 2, 3, 4), (14, 30, 28, 18, 10))[0]):
        at = demo.now - timedelta(days=demo.rng.triangular(1, 400, 90))
        age = demo.now - at
        status = "delivered" if age > timedelta(days=6) else demo.rng.choice(("paid", "shipped"))
        if status == "delivered":
            status = demo.rng.choices(("delivered", "returned", "refunded", "cancelled"), (88, 3, 6, 3))[0]
        demo.town.order(person, house, at=at, status=status)


def finish_customers(demo: Demo) -> None:
    people = [person for group in demo.people.values() for person in group]
    insert(Order, sorted(demo.town.orders, key=lambda order: order.placed_at))
    insert(Identity, [identity for person in people for identity in identities_of(person, demo.rng)])
    insert(CustomerNote, notes_for(people, demo.houses, demo.rng))
    for person in people:
        customer = person.customer
        created = Happening(customer.created_at, "customer.created", SYSTEM, customer_id=customer.pk)
        demo.ledger.happenings.append(created)
