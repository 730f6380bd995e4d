"""How the installation is, as an administrator sees it."""

from typing import Any

import pytest

from accounts.models import User
from journal.models import Event, FailedReaction

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("size", "theme"), [("desktop", "light"), ("phone", "dark")])
def test_health_has_no_finding(
    open_page: Any, axe: Any, picture: Any, admin: User, size: str, theme: str
) -> None:
    event = Event.objects.create(name="ticket.created", actor="system", next_try_at=None)
    FailedReaction.objects.create(event=event, handler="a.b", state=FailedReaction.State.PARKED)
    page = open_page(admin, "/admin-desk/health/", size=size, theme=theme)
    picture(page, f"health-{size}-{theme}")
    assert axe(page) == []
    assert page.evaluate("document.querySelector('#main').scrollWidth <= window.innerWidth")
    signs = page.locator("[data-sign]").evaluate_all(
        "all => all.map(one => [one.dataset.sign, one.dataset.state])"
    )
    states = [int(state) for _, state in signs]
    assert states == sorted(states, reverse=True)  # the worst first
    assert ["reactions_parked", "1"] in signs
