"""/admin-desk/ as an administrator sees it: its pages without a finding, its sheet on a phone, a brand as one types."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import ApiToken, Brand, Team, User
from carecenter.lib.time import now
from tests.factories.channels import ConnectionFactory
from tests.factories.tickets import TicketFactory
from tickets.models import BulkJob

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("size", "theme"), [("desktop", "light"), ("phone", "dark")])
def test_administration_has_no_finding(
    open_page: Any,
    axe: Any,
    picture: Any,
    admin: User,
    brand: Brand,
    team: Team,
    size: str,
    theme: str,
) -> None:
    ConnectionFactory(inbox__brand=brand)
    TicketFactory(brand=brand, tags=["refund"])
    ApiToken.objects.create(user=admin, name="Shop", scopes=["ticket.view"])
    BulkJob.objects.create(user=admin, verb="retag", arguments={"tag": "a", "to": "b"}, total=1)
    Brand.objects.create(pool=brand.pool, name="Gone", slug="gone", archived_at=now())
    paths = {
        "start": reverse("administration"),
        "brands": reverse("accounts:brands"),
        "brand": reverse("accounts:brand", args=[brand.pk]),
        "teams": reverse("accounts:teams"),
        "team": reverse("accounts:team", args=[team.pk]),
        "tags": reverse("tickets:tags"),
        "tag": reverse("tickets:tag_change") + "?tag=refund",
        "tokens": reverse("accounts:tokens"),
        "token-new": reverse("accounts:token_new"),
        "audit": reverse("tickets:audit"),
    }
    page = open_page(admin, paths["start"], size=size, theme=theme)
    page.get_by_role("button", name="Send a test mail").wait_for()
    for name, path in paths.items():
        if name != "start":
            page.goto(path)
        picture(page, f"administration-{name}-{size}-{theme}")
        assert axe(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
    if size == "phone":
        page.get_by_role("button", name="Audit trail").click()
        page.get_by_role("dialog").get_by_role("link", name="Brands").click()
        page.wait_for_url(f"**{paths['brands']}")


def test_a_brand_is_seen_as_it_is_typed(open_page: Any, admin: User, brand: Brand) -> None:
    page = open_page(admin, reverse("accounts:brand", args=[brand.pk]))
    page.get_by_label("Name").fill("Mill")
    page.locator("#brand-preview", has_text="Mill").wait_for()
    page.get_by_label("Colour").fill("#ffee00")
    page.locator("#brand-preview[style*='#ffee00'][style*='#000000']").wait_for()
