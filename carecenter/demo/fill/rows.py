"""Numbers into lines of COPY, for one batch of tickets or customers. Runs in a process without a database."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

from carecenter.demo.fill.binary import file_of, search_row
from carecenter.demo.fill.shape import Shape, draw
from carecenter.demo.fill.text import Writer, vocabulary
from carecenter.demo.names import FIRST, LAST
from tickets.domain.search.marks import State, Texts, marks_for, said_in
from tickets.domain.search.words import is_learnt, words_of

TAGS = (
    "delivery", "refund", "damage", "sizing", "warranty", "invoice", "account", "address", "recall", "praise",
    "complaint", "return", "advice", "payment", "voucher", "stock", "privacy", "b2b",
)  # fmt: skip
SUBJECTS = (
    "Where is my order", "Refund still missing", "Item arrived damaged", "Question about sizing", "Warranty claim",
    "Invoice needed", "Cannot sign in", "Change of address", "Return of an item", "Complaint about delivery",
    "Charged twice", "Voucher not accepted", "Is it back in stock", "Thank you",
)  # fmt: skip
WORDS = (40, 120)
DAY = 86_400
NULL = "\\N"


@dataclass(frozen=True)
class Desk:
    """One brand as the load needs it: all ids."""

    brand: int
    inbox: int
    teams: tuple[int, ...]
    agents: tuple[tuple[int, str], ...]
    address: str
    weight: int


@dataclass(frozen=True)
class Plan:
    """Everything a batch has to know. `first` are the first free ids; `rest` what each line ends with."""

    seed: int
    tickets: int
    customers: int
    pool: int
    desks: tuple[Desk, ...]
    now: float
    days: int
    first: dict[str, int]
    rest: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Batch:
    """Tickets from `start` to before `stop`, and how many rows of each table lie before them."""

    start: int
    stop: int
    before: dict[str, int]


@cache
def writer() -> Writer:
    return Writer()


def known_words() -> set[str]:
    """What a ticket of the load may say, for the table of words."""
    names = [name for table in (FIRST, LAST) for region in table.values() for name in region]
    found = words_of(" ".join([*names, *SUBJECTS, *TAGS])) | set(vocabulary(Writer.VOCABULARY)[0])
    return {word for word in found if is_learnt(word)}


def stamp(seconds: float) -> str:
    """As COPY takes it, to the second. Eight a ticket: put together from what is written once for each day."""
    day, second = divmod(int(seconds), DAY)
    return date_of(day) + clock()[second]


@cache
def date_of(day: int) -> str:
    return datetime.fromtimestamp(day * DAY, UTC).strftime("%Y-%m-%d")


@cache
def clock() -> tuple[str, ...]:
    """Every second of a day."""
    sixty = [f"{number:02}" for number in range(60)]
    return tuple(
        f" {hour}:{minute}:{second}+00" for hour in sixty[:24] for minute in sixty for second in sixty
    )


def customer_name(number: int) -> tuple[str, str]:
    region = ("uk", "de", "ie")[number % 3]
    firsts, lasts = FIRST[region], LAST[region]
    first, last = firsts[number // 3 % len(firsts)], lasts[number // (3 * len(firsts)) % len(lasts)]
    return f"{first} {last}", f"c{number}.{last.lower()}@mail{number % 40}.example"


def customer_rows(plan: Plan, start: int, stop: int) -> dict[str, bytes]:
    """Customers with an address and an order each."""
    out: dict[str, list[str]] = defaultdict(list)
    rest, first = plan.rest, plan.first
    for number in range(start, stop):
        pk = first["customer"] + number
        name, address = customer_name(pk)
        at = stamp(plan.now - plan.days * DAY - (plan.customers - number) % 1000)
        out["customer"].append(f"{pk}\t{plan.pool}\t{name}\t{at}\t{at}{rest['customer']}")
        evidence = "verified" if number % 2 else "claimed"
        pk_identity = first["identity"] + number
        out["identity"].append(
            f"{pk_identity}\t{plan.pool}\t{pk}\temail\t{address}\t{address}\t{evidence}\t{at}{rest['identity']}"
        )
        desk = plan.desks[number % len(plan.desks)]
        placed = stamp(plan.now - number % (plan.days * DAY))
        out["order"].append(
            f"{first['order'] + number}\t{plan.pool}\t{desk.brand}\t{pk}\tL-{first['order'] + number}\tdelivered\t"
            f"{1990 + number % 20000}\tEUR\t{placed}{rest['order']}"
        )
    return joined(out)


def ticket_rows(plan: Plan, batch: Batch) -> dict[str, bytes]:
    """The lines of a batch by table; ids go on where the batch before ended."""
    rng = random.Random(f"{plan.seed}/{batch.start}")  # noqa: S311  load, not secrets
    shapes = [draw(number, plan.tickets, plan.seed) for number in range(batch.start, batch.stop)]
    lengths = [[rng.randint(*WORDS) for _ in shape.steps] for shape in shapes]
    written = writer().texts(lengths, rng)
    out: dict[str, list[str]] = defaultdict(list)
    found: list[bytes] = []
    ids = {table: plan.first[table] + count for table, count in batch.before.items()}
    weights = [desk.weight for desk in plan.desks]
    for number, shape, (texts, words) in zip(range(batch.start, batch.stop), shapes, written, strict=True):
        desk = rng.choices(plan.desks, weights)[0]
        maker = Maker(plan, desk, shape, number, rng)
        maker.write(out, ids, texts)
        found.append(maker.search_row(words))
    return {**joined(out), "search": file_of(found)}


def joined(out: dict[str, list[str]]) -> dict[str, bytes]:
    return {table: ("\n".join(lines) + "\n").encode() for table, lines in out.items()}


class Maker:
    """One ticket: who, when, and its lines."""

    def __init__(self, plan: Plan, desk: Desk, shape: Shape, number: int, rng: random.Random) -> None:
        self.plan = plan
        self.desk = desk
        self.shape = shape
        self.rng = rng
        self.pk = plan.first["ticket"] + number
        self.number = plan.first["number"] + number
        self.token = f"{rng.getrandbits(125):025x}0"[:26]
        self.customer = int(plan.customers * rng.random() ** 1.3)
        self.customer_pk = plan.first["customer"] + self.customer
        self.name, self.address = customer_name(self.customer_pk)
        self.agent, self.agent_name = rng.choice(desk.agents)
        self.team = rng.choice(desk.teams)
        self.moments = self.draw_moments(number)
        self.stamps = [stamp(at) for at in self.moments]
        self.late = [stamp(at + 11) for at in self.moments]

    def draw_moments(self, number: int) -> list[float]:
        """When each step was: spread over the days, never in the future, later steps later."""
        plan, steps = self.plan, len(self.shape.steps)
        share = (number + self.rng.random()) / plan.tickets
        at = plan.now - 120 - plan.days * DAY * (1 - share)
        room = (plan.now - 60 - at) / (steps + 1)
        moments = [at]
        for _ in range(steps - 1):
            at += min(room, 600 + self.rng.expovariate(1 / (DAY * 0.8)))
            moments.append(at)
        return [float(int(at)) for at in moments]

    def write(self, out: dict[str, list[str]], ids: dict[str, int], texts: list[str]) -> None:
        first_message, first_contact = ids["message"], ids["contact"]
        self.write_ticket(out, texts)
        self.write_people(out, ids)
        self.write_contacts(out, ids)
        self.write_messages(out, ids, texts, first_contact)
        self.write_events(out, ids, first_message, first_contact)

    def write_ticket(self, out: dict[str, list[str]], texts: list[str]) -> None:
        shape, rng, desk = self.shape, self.rng, self.desk
        solved = self.stamps[-1] if shape.status in ("solved", "closed") else NULL
        replied = NULL if shape.first_reply is None else self.stamps[shape.first_reply]
        waiting = NULL if shape.waiting is None else self.stamps[shape.waiting]
        subject = f"{rng.choice(SUBJECTS)} L-{self.plan.first['order'] + self.customer}"
        preview = " ".join(texts[shape.last].replace("\\n", " ").split())[:200]
        tags = ",".join(rng.sample(TAGS, rng.choices((0, 1, 2), (30, 50, 20))[0]))
        priority = rng.choices((1, 2, 3, 4), (8, 74, 14, 4))[0]
        self.subject = subject
        self.state = State(
            number=self.number, brand=desk.brand, status=shape.status, priority=priority, team=self.team,
            assignee=self.agent if shape.is_assigned else 0, inbox=desk.inbox, customer=self.customer_pk,
            tags=tags.split(",") if tags else (), is_waiting=shape.waiting is not None,
        )  # fmt: skip
        out["ticket"].append(
            f"{self.pk}\t{self.number}\t{self.token}\t{desk.brand}\t{desk.inbox}\t{self.customer_pk}\t{subject}\t"
            f"{shape.status}\t{priority}\t{self.team}\t{self.agent if shape.is_assigned else NULL}\t{{{tags}}}\t"
            f"{shape.version}\t{self.stamps[0]}\t{self.late[-1]}\t{waiting}\t{replied}\t{solved}\t"
            f"{self.stamps[shape.last]}\temail\t{preview}\t{len(shape.steps)}{self.plan.rest['ticket']}"
        )

    def search_row(self, words: list[str]) -> bytes:
        """The row of the search, as `tickets.domain.search.indexing` would write it."""
        shape, steps = self.shape, set(self.shape.steps)
        person = {self.name, self.address}
        texts = Texts(
            subject=self.subject,
            people=person | ({self.agent_name} if "o" in steps else set()),
            senders=person,
            recipients={self.desk.address} | (person if "o" in steps else set()),
            kinds={"email"},
            has_note="n" in steps,
        )
        last, first = (datetime.fromtimestamp(self.moments[place], UTC) for place in (shape.last, 0))
        others = said_in(self.state, texts) | marks_for(self.state, texts, last)
        return search_row(self.pk, last, first, words + sorted(others))

    def write_people(self, out: dict[str, list[str]], ids: dict[str, int]) -> None:
        pk, rest = ids["participant"], self.plan.rest["participant"]
        out["participant"].append(
            f"{pk}\t{self.pk}\t{self.address}\t{self.name}\trequester\t{self.customer_pk}{rest}"
        )
        ids["participant"] += 1

    def write_contacts(self, out: dict[str, list[str]], ids: dict[str, int]) -> None:
        shape, rest = self.shape, self.plan.rest["contact"]
        for contact in shape.contacts:
            opened = self.stamps[contact.first]
            ended = NULL if contact.end is None else self.stamps[contact.end]
            answered = ended if contact.reason == "answered" else NULL
            holder, agent = ("agent", self.agent) if shape.is_assigned else ("queue", NULL)
            out["contact"].append(
                f"{ids['contact']}\t{self.pk}\t{self.desk.inbox}\temail\tin\t{self.customer_pk}\t{holder}\t{agent}\t"
                f"{opened}\t{opened}\t{answered}\t{ended}\t{contact.reason}{rest}"
            )
            ids["contact"] += 1

    def write_messages(
        self, out: dict[str, list[str]], ids: dict[str, int], texts: list[str], first_contact: int
    ) -> None:
        shape, rest, desk = self.shape, self.plan.rest["message"], self.desk
        ours = f'[{{"name": "", "address": "{desk.address}"}}]'
        theirs = f'[{{"name": "{self.name}", "address": "{self.address}"}}]'
        answered = ""
        for place, (step, text) in enumerate(zip(shape.steps, texts, strict=True)):
            pk, at = ids["message"], self.stamps[place]
            ids["message"] += 1
            head = f"{pk}\t{self.pk}"
            if step == "n":
                out["message"].append(
                    f"{head}\t{NULL}\t{NULL}\tinternal\tout\tinternal\t{self.agent}\t{NULL}\t{self.agent_name}\t\t[]\t\t"
                    f"{text}\t<p>{text}</p>\t{text}\t\t\tnone\t0\t{at}\t{NULL}{rest}"
                )
                continue
            head = f"{head}\t{first_contact + shape.contact_of[place]}\t{desk.inbox}\temail"
            if step == "i":
                external = f"{pk}.{self.token[:12]}@mail.example"
                out["message"].append(
                    f"{head}\tin\tpublic\t{NULL}\t{self.customer_pk}\t{self.name}\t{self.address}\t{ours}\t"
                    f"{self.subject}\t{text}\t\t{text}\t{external}\t{answered}\tnone\t0\t{at}\t{at}{rest}"
                )
                answered = external
            else:
                external = f"{self.token}.{pk}@load.example"
                html = text.replace("\\n\\n", "</p><p>")
                out["message"].append(
                    f"{head}\tout\tpublic\t{self.agent}\t{NULL}\t{self.agent_name}\t\t{theirs}\t{self.subject}\t"
                    f"{text}\t<p>{html}</p>\t{text}\t{external}\t{answered}\tsent\t1\t{at}\t{self.late[place]}{rest}"
                )
                answered = external

    def write_events(
        self, out: dict[str, list[str]], ids: dict[str, int], first_message: int, first_contact: int
    ) -> None:
        rest, lines, pk = self.plan.rest["event"], out["event"], ids["event"]
        shift = self.plan.first["position"] - self.plan.first["event"]
        actors = {"c": f"customer:{self.customer_pk}", "u": f"user:{self.agent}", "s": "system"}
        values = {"agent": self.agent, "inbox": self.desk.inbox, "team": self.team}
        firsts = {"message": first_message, "contact": first_contact}
        where = f"{self.desk.brand}\t{self.pk}\t{self.customer_pk}"
        for event in self.shape.events:
            subject = (
                f"{event.subject[0]}:{firsts[event.subject[0]] + event.subject[1]}" if event.subject else ""
            )
            at = self.late[event.step] if event.late else self.stamps[event.step]
            data = event.data % values if "%" in event.data else event.data
            line = f"{pk}\t{pk + shift}\t{event.name}\t{at}\t{actors[event.actor]}\t{where}\t{subject}\t{data}{rest}"
            lines.append(line)
            pk += 1
        ids["event"] = pk
