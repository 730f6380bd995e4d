"""The rows of the table: the floor, the pages, and writing."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from bench.articles import keystrokes
from bench.client import Answer, Client
from bench.measure import Ask, Figure, Meter

ANSWER = "<p>Thank you for your message. The parcel leaves today, with the tracking number below.</p><p>Best wishes</p>"


EMPTY, ROW, ROWS = "floor: empty view", "floor: row by primary key", "floor: list of 25 rows"
Asking = tuple[str, Ask, str, int]  # name, what to ask, the floor beside it, the right status


def pages(meter: Meter, facts: dict[str, Any], *, count: int) -> Iterator[Figure]:
    """Everything that is asked over HTTP, each so many times. The floor comes first."""
    port = meter.found.port
    agent = Client(port).sign_in(facts["agent"], facts["password"])
    manager = Client(port).sign_in(facts["manager"], facts["password"])
    api = Client(port, bearer=facts["token"])
    rows = (
        *reading(facts, agent, manager),
        *searching_help(facts, Client(port)),
        *writing(facts, agent, api),
    )
    asks = {name: ask for name, ask, _, _ in rows}
    for name, ask, floor, status in rows:
        figure = meter.figure(name, ask, asks.get(floor), count=count, status=status)
        figure.floor = floor
        yield figure


def reading(facts: dict[str, Any], agent: Client, manager: Client) -> list[Asking]:
    small, long, deep = facts["small"], facts["long"], facts["deep"]

    def page(number: int) -> Answer:
        return agent.get(f"/desk/?view=all&state=closed&after={quote(pick(deep, number))}")

    return [
        (EMPTY, lambda _: agent.get("/floor/empty/"), "", 200),
        (ROW, lambda number: agent.get(f"/floor/row/{pick(small, number)}/"), "", 200),
        (ROWS, lambda _: agent.get("/floor/rows/"), "", 200),
        ("list, first page", lambda _: agent.get("/desk/?view=all"), ROWS, 200),
        ("list, deep page", page, ROWS, 200),
        ("list, first page, every brand", lambda _: manager.get("/desk/?view=all"), ROWS, 200),
        *(
            (f"search, {name.replace('_', ' ')}", searching(agent, facts[name]), ROWS, 200)
            for name in ("rare_pairs", "medium_pairs", "frequent_pairs", "single_words")
        ),
        ("search, close words", searching(agent, facts["rare_pairs"], "search/close/"), ROWS, 200),
        ("list, waiting longest", lambda _: agent.get("/desk/?view=waiting"), ROWS, 200),
        ("ticket, 4 messages", lambda number: agent.get(f"/desk/tickets/{pick(small, number)}/"), ROWS, 200),
        (
            "ticket, 200 messages",
            lambda number: manager.get(f"/desk/tickets/{pick(long, number)}/"),
            ROWS,
            200,
        ),
        *beside(facts["beside"], agent),
        ("numbers, 30 days", lambda _: manager.get("/insights/?span=30"), ROWS, 200),
        ("numbers, 365 days", lambda _: manager.get("/insights/?span=365"), ROWS, 200),
    ]


def beside(known: list[tuple[int, int]], agent: Client) -> list[Asking]:
    """What the page of a ticket fetches when it is there: tickets with their customers, each asked for in turn."""

    def asked(address: str) -> Ask:
        return lambda number: agent.get(address.format(*pick(known, number)))

    return [
        ("beside it, the customer", asked("/desk/customers/{1}/panel/?ticket={0}"), ROWS, 200),
        ("beside it, the history", asked("/desk/customers/{1}/timeline/?ticket={0}"), ROWS, 200),
        ("beside it, articles", asked("/desk/tickets/{0}/articles/"), ROWS, 200),
    ]


def searching_help(facts: dict[str, Any], visitor: Client) -> list[Asking]:
    """A visitor of the help centre, where the scratch installation has one: each keystroke once, in order."""
    if "help" not in facts:
        return []
    typed = keystrokes(facts)
    asked = [f"{facts['help']}search/?q={quote(question)}" for question in facts["asked"]]
    return [
        ("help, while somebody types", lambda number: visitor.get(pick(typed, number)), ROWS, 200),
        ("help, search page", lambda number: visitor.get(pick(asked, number)), ROWS, 200),
    ]


def searching(client: Client, asked: list[str], place: str = "") -> Ask:
    return lambda number: client.get(f"/desk/{place}?in=list&q={quote(pick(asked, number))}")


def writing(facts: dict[str, Any], agent: Client, api: Client) -> list[Asking]:
    def reply(number: int) -> Answer:
        return agent.post(
            f"/desk/tickets/{pick(facts['open'], number)}/write/", {"html": ANSWER, "audience": "public"}
        )

    def create(number: int) -> Answer:
        body = {
            "kind": "email",
            "inbox": facts["inbox"],
            "customer": pick(facts["customers"], number),
            "subject": f"About your order {number}",
            "text": "Your order has left our warehouse today.",
        }
        return api.post_json("/api/v1/tickets/", json.dumps(body).encode())

    return [
        ("reply", reply, ROW, 204),
        ("API create", create, ROW, 201),
        ("API list", lambda _: api.get("/api/v1/tickets/?limit=30"), ROWS, 200),
    ]


def pick(items: list[Any], number: int) -> Any:
    return items[number % len(items)]
