"""What people see when there is nothing, when they may not, and when we failed."""

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client

from accounts.models import User


def test_missing_page_is_ours(alice: User, client_for: Any) -> None:
    answer = client_for(alice).get("/desk/tickets/99999/")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()


def test_stale_form_says_what_to_do(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/accounts/sign-in/", {"email": "a@example.com"})
    assert answer.status_code == 403
    assert "open for too long" in answer.content.decode()


@pytest.mark.parametrize("name", ["400.html", "403.html", "500.html"])
def test_page_needs_nothing_of_the_request(name: str, db: None) -> None:
    assert "<h1" in render_to_string(name)


def test_failure_page_needs_no_database() -> None:
    assert "Something went wrong on our side" in render_to_string("500.html")
