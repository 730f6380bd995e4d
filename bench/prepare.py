"""Run beside the scratch installation: the people who sign in, and which tickets to look at. Prints JSON."""

import json
import os
import secrets
import sys

import django

DEEP = 0.5  # the deep page lies in the middle of the closed tickets
SAMPLES = 20


def people() -> dict[str, str]:
    """An agent of two brands and a manager of everything, with one password, and a token of the manager."""
    from accounts.domain import tokens
    from accounts.models import Brand, Grant, Role, User
    from accounts.permissions import CODES

    password = secrets.token_urlsafe(16)
    brands = list(Brand.objects.order_by("pk")[:2])
    number = secrets.token_hex(4)
    agent = User.objects.create_user(f"agent-{number}@bench.example", password, name="Bench agent")
    Grant.objects.bulk_create(
        [Grant(user=agent, role=Role.objects.get(name="Agent"), brand=brand) for brand in brands]
    )
    for team in brands[0].pool.teams.order_by("pk")[:2]:
        team.members.add(agent)
    manager = User.objects.create_user(f"manager-{number}@bench.example", password, name="Bench manager")
    Grant.objects.create(user=manager, role=Role.objects.get(name="Manager"))
    _, token = tokens.create(manager, scopes=CODES, name="bench", expires_at=None)
    return {"agent": agent.email, "manager": manager.email, "password": password, "token": token}


def tickets() -> dict[str, object]:
    """Small and long tickets of the agent's brands, tickets to answer, and the key of a deep page."""
    from accounts.models import Brand
    from tickets.domain.lists import write_key
    from tickets.models import Inbox, Status, Ticket

    brands = list(Brand.objects.order_by("pk").values_list("pk", flat=True)[:2])
    mine = Ticket.objects.filter(brand__in=brands)
    newest = Ticket.objects.order_by("-pk").values_list("pk", flat=True)[0]
    small = mine.filter(message_count=4, pk__gt=newest * DEEP).order_by("pk")
    long = Ticket.objects.filter(message_count=200).order_by("pk")
    # By mail alone: chats of an earlier run have nobody to answer to any more.
    answerable = mine.filter(last_kind="email").exclude(status=Status.CLOSED).order_by("-pk")
    deep = mine.filter(status=Status.CLOSED, pk__lt=newest * DEEP).order_by("-pk")[:SAMPLES]
    inbox = Inbox.objects.filter(brand=brands[0]).order_by("pk")[0]
    customers = Ticket.objects.filter(brand=brands[0]).order_by("pk").values_list("customer_id", flat=True)
    return {
        "small": list(small.values_list("pk", flat=True)[:SAMPLES]),
        "beside": list(small.exclude(customer=None).values_list("pk", "customer_id")[:SAMPLES]),
        "long": [long_one.pk for long_one in long[:SAMPLES]],
        "open": list(answerable.values_list("pk", flat=True)[:200]),
        "deep": [write_key(ticket, "last_message_at") for ticket in deep],
        "inbox": inbox.pk,
        "inbox_key": inbox.key,
        "address": inbox.connection.address,
        "customers": list(customers[:200]),
    }


def searches() -> dict[str, list[str]]:
    """Pairs of words by how often they are said: rare, in between, in nearly every ticket; and single words."""
    from carecenter.demo.fill.text import Writer, vocabulary

    words, _ = vocabulary(Writer.VOCABULARY)
    ranges = {"rare": (3_000, 20_000), "medium": (300, 1_500), "frequent": (0, 40)}
    found = {}
    for name, (first, last) in ranges.items():
        step = (last - first) // (2 * SAMPLES)
        ranked = words[first:last:step]
        found[f"{name}_pairs"] = [f"{ranked[n]} {ranked[-1 - n]}" for n in range(SAMPLES)]
    return found | {"single_words": words[200:30_000:1_500]}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carecenter.settings")
    django.setup()
    sys.stdout.write(json.dumps(people() | tickets() | searches()))


if __name__ == "__main__":
    main()
