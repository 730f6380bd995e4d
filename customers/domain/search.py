"""Find customers by what an agent has at hand: part of a name, an address, a number, an order."""

import re
from typing import Any

from django.db.models import QuerySet

from accounts.models import CustomerPool
from customers.models import Customer, CustomerQuerySet, Identity, Order

MOST = 500  # of one kind, the newest, are looked at: who finds more types more
FEWEST_LETTERS = 2


def search(customers: CustomerQuerySet, words: str, *, pools: QuerySet[CustomerPool]) -> CustomerQuerySet:
    """Those of `customers`, all of these pools, with the words in name, addresses or numbers, or with this order.

    `customers` itself when there are too few letters to look for. Every arm is answered by an index.
    A name nobody has is looked for by likeness: "Duarta" finds Duarte.
    """
    words = " ".join(words.replace("\x00", " ").split())[:100]
    if len(words) < FEWEST_LETTERS:
        return customers
    named = customers.filter(pool__in=pools).order_by("-pk")
    for word in words.split():
        named = named.filter(name__ilike=word)
    exact = customers.filter(pk__in=named.values_list("pk")[:MOST].union(*_by_value(words, pools)))
    if exact.exists():
        return exact
    return customers.filter(name__trigram_word_similar=words)


def _by_value(words: str, pools: QuerySet[CustomerPool]) -> list[QuerySet[Any, Any]]:
    identities, orders = Identity.objects.filter(pool__in=pools), Order.objects.filter(pool__in=pools)
    arms: list[QuerySet[Any, Any]] = [
        identities.filter(value__ilike=words).order_by("-customer_id").values_list("customer_id")[:MOST],
        orders.filter(number=words).values_list("customer_id")[:MOST],
        Customer.objects.filter(pool__in=pools, fields__says=spellings(words)).values_list("pk")[:MOST],
    ]
    digits = re.sub(r"\D", "", words).lstrip("0")
    if len(digits) >= 5 and not re.search(r"[a-z@]", words, re.IGNORECASE):
        phones = identities.filter(kind=Identity.Kind.PHONE, value__ilike=digits)
        arms.append(phones.order_by("-customer_id").values_list("customer_id")[:MOST])
    return arms


def spellings(words: str) -> list[str]:
    """How a value of a firm's own field may be written: as typed, in capitals, in small letters."""
    return list(dict.fromkeys((words, words.upper(), words.lower())))
