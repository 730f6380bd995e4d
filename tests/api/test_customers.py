from datetime import UTC, datetime

from accounts.permissions import CUSTOMER_VIEW
from customers.api.customers import filtered
from customers.models import Customer, Identity, Order
from tests.factories.accounts import grant
from tests.factories.customers import CustomerFactory, OrderFactory
from tests.factories.tickets import FieldFactory

FIELDS = [
    "id", "pool", "name", "organisation", "language", "zone", "tier", "fields", "identities", "merged_into", "version",
    "created_at", "updated_at", "orders",
]  # fmt: skip
ORDER = {
    "number": "A-1",
    "placed_at": "2026-02-20T10:00:00+01:00",
    "total_minor": 4990,
    "email": "dana@example.net",
}


def found(response):
    assert response.status_code == 200, response.content
    return [row["id"] for row in response.json()["results"]]


def test_customer_shows_identities_and_orders(api, alice, dana):
    order = OrderFactory(customer=dana, items=[{"name": "Lamp", "quantity": 1}])
    response = api(alice).get(f"customers/{dana.pk}/")
    body = response.json()
    assert list(body) == FIELDS
    assert [(row["kind"], row["value"], row["evidence"]) for row in body["identities"]] == [
        ("email", "dana@example.net", "verified")
    ]
    assert [(row["id"], row["number"], row["total_minor"], row["placed_at"]) for row in body["orders"]] == [
        (order.pk, order.number, 4990, "2026-02-20T10:00:00Z")
    ]
    assert response["ETag"] == '"1"'


def test_customers_are_found(api, alice, dana):
    other = CustomerFactory(pool=dana.pool, name="Erik Eriksen", email="erik@example.org")
    client = api(alice)
    expected = {
        "": [other.pk, dana.pk],
        "?q=duar": [dana.pk],
        "?q=ERIK": [other.pk],
        "?q=example": [other.pk, dana.pk],
        "?email=Dana%40Example.NET": [dana.pk],
        "?email=nonsense": [],
        "?phone=12": [],
        "?external=7": [],
        f"?pool={dana.pool_id}&limit=1": [other.pk],
    }
    assert {query: found(client.get(f"customers/{query}")) for query in expected} == expected


def test_customer_is_created_once(api, alice, pool):
    body = {
        "name": "Frida",
        "emails": ["Frida@Example.org"],
        "phones": ["+49 30 901820"],
        "external_id": "K-7",
        "tier": "gold",
    }
    client = api(alice)
    response = client.post("customers/", body)
    assert response.status_code == 201, response.content
    made = response.json()
    assert response["Location"] == f"http://testserver/api/v1/customers/{made['id']}/"
    assert (made["name"], made["tier"]) == ("Frida", "gold")
    assert {(row["value"], row["evidence"]) for row in made["identities"]} == {
        ("K-7", "verified"), ("frida@example.org", "verified"), ("+4930901820", "claimed"),
    }  # fmt: skip
    again = client.post("customers/", {"name": "Else", "emails": ["frida@example.org"]})
    assert (again.status_code, again.json()["detail"]) == (409, f"This is customer {made['id']}.")
    assert Customer.objects.get().name == "Frida"


def test_customer_is_changed_by_version(api, alice, dana):
    client = api(alice)
    path = f"customers/{dana.pk}/"
    assert client.patch(path, {"tier": "vip"}).status_code == 428
    assert client.patch(path, {"tier": "vip"}, if_match='"9"').status_code == 412
    changed = client.patch(path, {"tier": "vip", "organisation": "Duarte Ltd"}, if_match='"1"')
    assert (changed.status_code, changed["ETag"]) == (200, '"2"')
    assert (changed.json()["tier"], changed.json()["organisation"]) == ("vip", "Duarte Ltd")
    assert client.patch(path, {"zone": "Moon/Sea"}, if_match='"2"').status_code == 400
    assert client.patch(path, {"zone": ""}, if_match='"2"').status_code == 200


def test_customer_gets_an_identity_or_hears_who_has_it(api, alice, dana):
    other = CustomerFactory(pool=dana.pool, email="erik@example.org")
    client = api(alice)
    added = client.post(f"customers/{dana.pk}/identities/", {"kind": "external", "value": "K-1"})
    assert (added.status_code, added.json()["verified_by"]) == (201, "api")
    taken = client.post(f"customers/{dana.pk}/identities/", {"kind": "email", "value": "erik@example.org"})
    assert (taken.status_code, taken.json()["type"]) == (409, "urn:carecenter:problem:identity-taken")
    assert client.post(f"customers/{dana.pk}/identities/", {"kind": "email", "value": "x"}).status_code == 400
    assert other.identities.count() == 1


def test_bulk_customers_twice_are_the_same_customers(api, alice, pool):
    rows = [
        {"external_id": "1", "emails": ["one@example.org"], "name": "One"},
        {"external_id": "2", "name": "Two", "language": "de"},
        {"name": "Nobody"},
        {"external_id": "4", "emails": ["no address"]},
        "nonsense",
        {"external_id": "6", "colour": "red"},
    ]
    client = api(alice)
    first = client.post("customers/bulk/", {"rows": rows}).json()
    second = client.post("customers/bulk/", {"rows": rows}).json()
    assert [row["result"] for row in first["results"]] == ["created", "created"] + ["invalid"] * 4
    assert [row["result"] for row in second["results"]] == ["updated", "updated"] + ["invalid"] * 4
    assert [row["index"] for row in first["results"]] == list(range(6))
    assert [row["id"] for row in first["results"]] == [row["id"] for row in second["results"]]
    assert {name: first[name] for name in ("created", "updated", "invalid")} == {
        "created": 2,
        "updated": 0,
        "invalid": 4,
    }
    assert first["results"][5]["errors"][0]["pointer"] == "/colour"
    assert Customer.objects.count() == 2


def test_bulk_orders_twice_are_the_same_orders(api, alice, dana, brand, other_brand):
    items = [{"name": "Lamp", "sku": "L1", "quantity": 1, "price_minor": 4990}]
    rows = [
        {**ORDER, "items": items, "brand": brand.pk},
        {**ORDER, "number": "A-2", "email": "stranger@example.org"},
        {**ORDER, "number": "A-3", "brand": other_brand.pk},
        {**ORDER, "number": "A-4", "total_minor": "much"},
        {**ORDER, "number": "A-5", "placed_at": "yesterday"},
    ]
    client = api(alice)
    first = client.post("orders/bulk/", {"rows": rows})
    assert first.status_code == 200, first.content
    assert [row["result"] for row in first.json()["results"]] == ["created"] + ["invalid"] * 4
    rows[0]["status"] = "shipped"
    second = client.post("orders/bulk/", {"rows": rows}).json()
    assert second["results"][0] == {
        "index": 0,
        "result": "updated",
        "id": first.json()["results"][0]["id"],
        "errors": [],
    }
    order = Order.objects.get()
    assert (order.customer, order.status, order.items, order.brand) == (dana, "shipped", items, brand)
    assert order.placed_at == datetime(2026, 2, 20, 9, tzinfo=UTC)


def test_bulk_has_a_limit(api, alice, pool):
    response = api(alice).post("customers/bulk/", {"rows": [{"external_id": str(n)} for n in range(201)]})
    assert (response.status_code, Customer.objects.count()) == (400, 0)


def test_orders_are_listed(api, alice, dana):
    older = OrderFactory(customer=dana, placed_at=datetime(2026, 1, 1, tzinfo=UTC), number="A 1")
    newer = OrderFactory(customer=dana, placed_at=datetime(2026, 2, 1, tzinfo=UTC))
    client = api(alice)
    assert found(client.get(f"customers/{dana.pk}/orders/")) == [newer.pk, older.pk]
    assert found(client.get("orders/?number=A%201")) == [older.pk]
    assert found(client.get(f"orders/?customer={dana.pk}&limit=1")) == [newer.pk]


def test_writing_needs_the_permission(api, alice, dana):
    reader = api(alice, CUSTOMER_VIEW)
    assert reader.get(f"customers/{dana.pk}/").status_code == 200
    assert reader.post("customers/", {"external_id": "1"}).status_code == 403
    assert reader.post("customers/bulk/", {"rows": []}).status_code == 403
    assert reader.post("orders/bulk/", {"rows": []}).status_code == 403
    assert reader.patch(f"customers/{dana.pk}/", {"tier": "x"}, if_match="*").status_code == 403
    assert (
        reader.post(f"customers/{dana.pk}/identities/", {"kind": "external", "value": "1"}).status_code == 403
    )


def test_who_works_in_two_pools_says_which(api, alice, dana, other_brand):
    grant(alice, "Agent", brand=other_brand)
    client = api(alice)
    assert client.post("customers/", {"external_id": "1"}).status_code == 400
    made = client.post("customers/", {"external_id": "1", "pool": other_brand.pool_id})
    assert (made.status_code, made.json()["pool"]) == (201, other_brand.pool_id)
    assert Identity.objects.get(kind="external").pool_id == other_brand.pool_id


def test_merged_customer_says_whom_they_are_part_of(api, alice, dana):
    kept = CustomerFactory(pool=dana.pool)
    dana.merged_into = kept
    dana.save(update_fields=["merged_into"])
    client = api(alice)
    assert client.get(f"customers/{dana.pk}/").json()["merged_into"] == kept.pk
    assert found(client.get("customers/")) == [kept.pk]
    changed = client.patch(f"customers/{dana.pk}/", {"tier": "vip"}, if_match='"1"')
    assert (changed.json()["id"], changed.json()["tier"]) == (kept.pk, "vip")


def test_search_compares_as_the_trigram_indexes_can(db):
    plan = filtered(Customer.objects.all(), {"q": "dana"}).explain()
    assert "~~*" in plan
    assert "upper(" not in plan.lower()


def test_own_fields_are_written_shown_and_filtered_by(api, alice, dana):
    FieldFactory(pool=dana.pool, about="customer", key="seats", name="Seats", kind="number")
    client = api(alice)
    changed = client.patch(f"customers/{dana.pk}/", {"fields": {"seats": "12,0"}}, if_match='"1"')
    assert (changed.status_code, changed.json()["fields"]) == (200, {"seats": 12})
    refused = client.patch(f"customers/{dana.pk}/", {"fields": {"seats": "many"}}, if_match='"2"')
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/fields/seats")
    body = client.post("customers/bulk/", {"rows": [
        {"external_id": "1", "fields": {"seats": 3}}, {"external_id": "2", "fields": {"seats": "x", "no": 1}},
    ]}).json()  # fmt: skip
    assert [row["result"] for row in body["results"]] == ["created", "invalid"]
    assert {error["pointer"] for error in body["results"][1]["errors"]} == {"/fields/seats", "/fields/no"}
    assert found(client.get("customers/?field=seats%3D12")) == [dana.pk]
    assert found(client.get("customers/?field=seats%3D4")) == []
    assert client.get("ticket-fields/").json()["results"][0]["about"] == "customer"
