"""A client of the API: `api(alice).get("tickets/")`."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Brand, Team, User
from customers.models import Customer
from tests.factories.accounts import api_token
from tests.factories.tickets import ContactFactory, InboxFactory, TicketFactory
from tickets.models import Inbox, Ticket


class Api:
    """Speaks JSON with a bearer token. `raise_request_exception` is off: a 500 shows itself as one."""

    def __init__(self, token: str = "") -> None:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        self.client = Client(raise_request_exception=False, headers=headers)

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(address(path), headers=names(headers))

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.post(
            address(path), body or {}, content_type="application/json", headers=names(headers)
        )

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.client.patch(address(path), body, content_type="application/json", headers=names(headers))

    def raw(self, method: str, path: str, body: bytes, content_type: str = "application/json") -> Any:
        return self.client.generic(method, address(path), body, content_type=content_type)


def address(path: str) -> str:
    return path if path.startswith(("/", "http")) else f"/api/v1/{path}"


def names(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture
def api() -> Callable[..., Api]:
    """A client for a user; with scopes the token has only those."""

    numbers = itertools.count()

    def of(user: User | None = None, *scopes: str) -> Api:
        return Api(api_token(user, *scopes, token=f"token-{next(numbers)}")) if user else Api()

    return of


@pytest.fixture
def inbox(brand: Brand, team: Team) -> Inbox:
    return InboxFactory(brand=brand, default_team=team, name="Service", key="service")


@pytest.fixture
def ticket(brand: Brand, inbox: Inbox, dana: Customer) -> Ticket:
    """dana's ticket, of alice's brand."""
    ticket = TicketFactory(brand=brand, inbox=inbox, customer=dana, subject="Where is my lamp?")
    ContactFactory(ticket=ticket)
    return ticket


@pytest.fixture
def foreign_ticket(other_brand: Brand, charlie: User) -> Ticket:
    """A ticket of the other pool."""
    return TicketFactory(
        brand=other_brand, inbox=InboxFactory(brand=other_brand), subject="Not alice's business"
    )
