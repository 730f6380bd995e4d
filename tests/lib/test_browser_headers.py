"""What answers tell the browser, beyond the walk of the address table."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Brand, User
from tests.architecture.headers import lacking
from tests.factories.channels import ConnectionFactory
from tests.factories.tickets import InboxFactory


def test_open_pages_and_errors_have_them_too(brand: Brand, client: Any) -> None:
    ConnectionFactory(inbox=InboxFactory(brand=brand, kind="form", key="write-here"))
    paths = (
        "/accounts/sign-in/",
        "/nothing/",
        "/api/v1/tickets/",
        "/healthz/",
        "/f/write-here/",
        "/widget.js",
    )
    wrong = {path: lacking(client.get(path)) for path in (*paths, reverse("help:home", args=[brand.slug]))}

    assert {path: names for path, names in wrong.items() if names} == {}


def test_pages_of_who_has_a_session_are_kept_by_nobody(alice: User, client_for: Any) -> None:
    assert client_for(alice).get("/desk/")["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("name", ["accounts:sign_out", "accounts:sign_out_everywhere"])
def test_browser_forgets_at_the_sign_out(name: str, alice: User, client_for: Any) -> None:
    assert client_for(alice).post(reverse(name))["Clear-Site-Data"] == '"cache", "storage"'


def test_browser_of_a_customer_forgets_too(brand: Brand) -> None:
    path = reverse("my:sign_out", args=[brand.slug])

    assert Client().post(path)["Clear-Site-Data"] == '"cache", "storage"'


def test_trace_is_answered_with_nothing(alice: User, client_for: Any) -> None:
    """It would give cookies back that scripts must not read."""
    asked = [
        client_for(alice).trace(path, headers={"x-mine": "echo"}) for path in ("/desk/", "/api/v1/tickets/")
    ]

    assert [(answer.status_code, b"echo" in answer.content) for answer in asked] == [
        (405, False),
        (401, False),
    ]
