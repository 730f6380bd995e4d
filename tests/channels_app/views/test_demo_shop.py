"""The made-up shop: there with the demo only, signed as a customer who buys there."""

from decimal import Decimal

import jwt
import pytest

from carecenter.lib.time import now
from channels_app.models import Connection
from customers.models import Order
from tests.demo_site import demo_site
from tests.factories.accounts import BrandFactory
from tests.factories.tickets import InboxFactory


@pytest.fixture
def shop(settings, pool, dana):
    brand = BrandFactory(pool=pool, name="Harrowfell", slug="harrowfell")
    connection = Connection(inbox=InboxFactory(brand=brand, key="shop-chat", name="Chat", kind="webchat"))
    connection.seal({"user_secret": [{"value": "secret-of-the-shop-0123456789abcdef", "until": ""}]})
    connection.save(force_insert=True)
    Order.objects.create(pool=pool, brand=brand, customer=dana, number="HF-1", placed_at=now())
    with demo_site(settings):
        yield connection


def test_shop_signs_for_a_customer_who_buys_there(shop, client):
    page = client.get("/demo/")
    token = page.context["user_token"]
    claims = jwt.decode(token, "secret-of-the-shop-0123456789abcdef", algorithms=["HS256"])
    assert (claims["name"], claims["email"]) == ("Dana Duarte", "dana@example.net")
    assert Decimal(claims["exp"]) - Decimal(now().timestamp()) <= 3600
    assert b'data-inbox="shop-chat"' in page.content


def test_guest_is_nobody(shop, client):
    page = client.get("/demo/?guest=1")
    assert b"data-user-token" not in page.content
    assert b"Not signed in" in page.content


def test_shop_is_for_this_machine_alone(shop, client):
    assert client.get("/demo/", REMOTE_ADDR="203.0.113.7").status_code == 404


def test_there_is_no_shop_without_the_demo(client, db):
    assert client.get("/demo/").status_code == 404
