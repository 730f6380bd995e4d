"""Rows in bulk: each is checked and stored on its own, so that one bad row does not hold up the others.

The same rows again have the same result: they are known by customer number, address or order number.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from rest_framework import serializers

from carecenter.api.problems import field_errors
from customers.api.read import CustomerRowWrite, OrderRowWrite
from customers.domain.errors import BadFields, InvalidRow
from customers.domain.orders import OrderRow, Stored, upsert_orders
from customers.domain.profile import Profile
from customers.domain.upsert import CustomerRow, upsert_customers

PROFILE = ("name", "language", "zone", "tier", "organisation", "fields")
Result = dict[str, Any]
Verb = Callable[[Sequence[Any]], list[Stored]]


def customer_row(clean: dict[str, Any]) -> CustomerRow:
    return CustomerRow(
        external_id=clean.get("external_id", ""),
        emails=tuple(clean.get("emails", ())),
        phones=tuple(clean.get("phones", ())),
        profile=profile_of(clean),
    )


def profile_of(clean: dict[str, Any]) -> Profile:
    return Profile(**{name: clean[name] for name in PROFILE if name in clean})


def order_row(clean: dict[str, Any]) -> OrderRow:
    renamed = {"customer": "customer_id", "brand": "brand_id"}
    values = {renamed.get(name, name): value for name, value in clean.items()}
    values["items"] = [dict(item) for item in clean.get("items", ())]
    return OrderRow(**values)


def store_customers(pool: Any, rows: Sequence[Any], *, actor: Any) -> Result:
    return store(rows, CustomerRowWrite, customer_row, lambda some: upsert_customers(pool, some, actor=actor))


def store_orders(pool: Any, rows: Sequence[Any], *, actor: Any) -> Result:
    return store(rows, OrderRowWrite, order_row, lambda some: upsert_orders(pool, some, actor=actor))


def store(
    rows: Sequence[Any],
    reader: type[serializers.Serializer[Any]],
    build: Callable[[dict[str, Any]], Any],
    verb: Verb,
) -> Result:
    """Read every row, hand the good ones to the verb, and say what became of each."""
    results: list[Result] = []
    good: list[tuple[int, Any]] = []
    for index, raw in enumerate(rows):
        reading = reader(data=raw)
        if reading.is_valid():
            good.append((index, build(reading.validated_data)))
        else:
            results.append(refused(index, list(field_errors(reading.errors, ""))))
    results.extend(store_all(good, verb))
    results.sort(key=lambda result: result["index"])
    counts = {
        name: sum(one["result"] == name for one in results) for name in ("created", "updated", "invalid")
    }
    return {**counts, "results": results}


def store_all(good: list[tuple[int, Any]], verb: Verb) -> list[Result]:
    """All at once; where the verb refuses a row, one by one, so that the others are stored."""
    try:
        with transaction.atomic():
            stored = verb([row for _, row in good])
        return [accepted(index, one) for (index, _), one in zip(good, stored, strict=True)]
    except (InvalidRow, BadFields):
        return [store_one(index, row, verb) for index, row in good]


def store_one(index: int, row: Any, verb: Verb) -> Result:
    try:
        with transaction.atomic():
            return accepted(index, verb([row])[0])
    except InvalidRow as error:
        return refused(index, [{"pointer": "", "code": "invalid", "detail": str(error)}])
    except BadFields as error:
        return refused(
            index,
            [
                {"pointer": f"/fields/{key}", "code": "invalid", "detail": text}
                for key, text in error.problems.items()
            ],
        )


def accepted(index: int, stored: Stored) -> Result:
    return {
        "index": index,
        "result": "created" if stored.created else "updated",
        "id": stored.id,
        "errors": [],
    }


def refused(index: int, errors: list[dict[str, str]]) -> Result:
    return {"index": index, "result": "invalid", "id": None, "errors": errors}
