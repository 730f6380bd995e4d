"""/admin-desk/ as an administrator sees it: its pages without a finding, its sheet on a phone, a brand as one types."""

from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.models import ApiToken, Brand, Grant, Team, User
from carecenter.lib.time import now
from journal.actors import user_actor
from journal.domain import dispatch
from tests.factories.accounts import UserFactory, role
from tests.factories.channels import ConnectionFactory
from tests.factories.tickets import TicketFactory
from tickets.domain.status import set_status
from tickets.models import BulkJob, Inbox
from webhooks.models import Webhook

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def have_something_of_each(admin: User, brand: Brand) -> None:
    ConnectionFactory(inbox__brand=brand)
    TicketFactory(brand=brand, tags=["refund"])
    role("Lead")
    role("Night shift of the weekend", ("ticket.view",))
    ApiToken.objects.create(user=admin, name="Shop", scopes=["ticket.view"])
    BulkJob.objects.create(user=admin, verb="retag", arguments={"tag": "a", "to": "b"}, total=1)
    Brand.objects.create(pool=brand.pool, name="Gone", slug="gone", archived_at=now())


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
    have_something_of_each(admin, brand)
    paths = {
        "start": reverse("administration"),
        "brands": reverse("accounts:brands"),
        "brand": reverse("accounts:brand", args=[brand.pk]),
        "people-import": reverse("accounts:people_import"),
        "roles": reverse("accounts:roles"),
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


def send(page: Any, button: str, **values: str) -> None:
    """Fill in what has these names, press the button."""
    for name, value in values.items():
        page.fill(f"input[name={name}]", value)
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()


def test_an_administrators_story(open_page: Any, picture: Any, admin: User, brand: Brand) -> None:
    """From a new brand to a colleague who must have a second factor, a webhook and a tag that is tidied."""
    ticket = TicketFactory(brand=brand, tags=["refnd"])
    role("Lead")
    page = open_page(admin, reverse("accounts:brand_new"))
    send(page, "Create brand", name="Heron Tea")
    page.goto(reverse("inboxes:new") + "?kind=form")
    page.select_option("select[name=brand]", label="Heron Tea")
    send(page, "Create inbox", name="Questions")
    page.goto(reverse("accounts:invite"))
    page.select_option("select[name=role]", label="Lead")
    page.select_option("select[name=brand]", label="Heron Tea")
    send(page, "Send invitation", name="Lea Lang", email="lea@example.com")
    page.goto(reverse("accounts:role_factors"))
    page.get_by_role("checkbox", name="Lead").check()
    picture(page, "second-factor-light")
    page.get_by_role("button", name="Save", exact=True).click()
    with page.expect_navigation():
        page.get_by_role("dialog").get_by_role("button", name="Save").click()
    page.goto(reverse("webhooks:new"))
    send(page, "Make webhook", name="Warehouse", url="https://warehouse.example/hear")
    page.goto(reverse("webhooks:list"))
    picture(page, "webhooks-light")
    page.goto(reverse("tickets:tags"))
    picture(page, "tags-light")
    page.get_by_role("link", name="Change refnd").click()
    send(page, "Change on all tickets", to="refund")
    ticket.refresh_from_db()
    lea = User.objects.get(email="lea@example.com")
    given = lea.grants.get()

    assert Inbox.objects.get(key="heron-tea-questions").brand.name == given.brand.name == "Heron Tea"
    assert (given.role.name, given.role.second_factor, ticket.tags) == ("Lead", True, ["refund"])
    assert Webhook.objects.get().url == "https://warehouse.example/hear"


def test_an_auditors_story(open_page: Any, picture: Any, admin: User, alice: User, brand: Brand) -> None:
    """Who may read the journal and nothing else finds who did what, takes it along, and reads no customer's words."""
    ticket = TicketFactory(brand=brand, subject="My kettle leaks")
    with transaction.atomic():
        set_status(ticket, "pending", actor=user_actor(alice.pk))
        set_status(ticket, "open", actor=user_actor(admin.pk))
    dispatch.number_events()
    auditor = UserFactory(name="Otto Orme")
    Grant.objects.create(user=auditor, role=role("Auditor", ("journal.read",)), brand=brand)
    page = open_page(auditor, reverse("tickets:audit"))
    page.fill("input[name=person]", alice.name)
    page.get_by_role("button", name="Find").click()
    lines = page.locator(".audit-lines > li")
    page.locator(".audit-lines", has_text="Alice Adams").wait_for()
    picture(page, "audit-light")
    shown = lines.all_inner_texts()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    rows = Path(download.value.path()).read_text().splitlines()
    ask = page.request.get
    hidden = [
        ask(f"/desk/tickets/{ticket.pk}/").status,
        ask("/admin-desk/people/").status,
        ask("/insights/").status,
    ]

    assert page.locator(".audit-lines a").count() == 0  # it would lead to a ticket that is not theirs to see
    assert (len(shown), all("Alice Adams" in line for line in shown), len(rows)) == (1, True, 2)
    assert "kettle" not in page.content() + "".join(rows)
    assert hidden == [404, 404, 404]
