"""The customer screens as a person uses them."""

import datetime
from typing import Any

import pytest

from accounts.models import Brand, CustomerPool, User
from carecenter.lib.time import now
from customers.domain.merge import merge
from customers.domain.profile import Profile, add_note, change_profile
from customers.domain.proposals import find_matches
from customers.models import Customer, JoinProposal, Merge, Order
from tests.browser.looks import LOOKS
from tests.browser.settling import settle
from tests.factories.customers import CustomerFactory, IdentityFactory, OrderFactory
from tests.factories.tickets import MessageFactory, TicketFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def someone(pool: CustomerPool, brand: Brand, lead: User) -> Customer:
    """A customer with everything a page can show."""
    dana = CustomerFactory(pool=pool, name="Dana Duarte", email="dana.duarte@acme.com")
    IdentityFactory(customer=dana, kind="phone", value="+4930901820", evidence="claimed")
    IdentityFactory(customer=dana, kind="external", value="C-1007")
    change_profile(
        dana, Profile(organisation="Acme GmbH", tier="VIP", language="de", zone="Europe/Berlin"), actor=lead
    )
    for number, status in enumerate(Order.Status):
        OrderFactory(
            customer=dana,
            number=f"N-{48213 - number}",
            status=status,
            total_minor=12990 + 1001 * number,
            placed_at=now() - datetime.timedelta(days=9 * number + 1),
            items=[{"name": "Desk lamp “Falun”, brass", "quantity": 1}, {"name": "Bulb E27", "quantity": 3}],
        )
    add_note(dana, "Prefers a call in the late afternoon. Has a dog that does not like parcels.", actor=lead)
    twin = CustomerFactory(pool=pool, name="D. Duarte", email="dduarte@acme.com")
    OrderFactory(customer=twin)
    old = CustomerFactory(pool=pool, name="Dana D.", email="dana+old@example.net")
    for customer, subject in ((old, "Where is my parcel?"), (dana, "The lamp flickers")):
        ticket = TicketFactory(brand=brand, customer=customer, subject=subject)
        MessageFactory(ticket=ticket, text="Hello, could you have a look at this please? Thanks, Dana")
    merge(dana, old, actor=lead)
    find_matches(dana)
    for name in (
        "Amara Mensah",
        "Jonas Lindqvist",
        "Priya Kapoor",
        "Mei Okada",
        "Tom Becker",
        "Łucja Żak",
        "ليلى حداد",
    ):
        CustomerFactory(pool=pool, name=name, email=f"{name.split()[0].lower()}@example.org")
    return Customer.objects.get(pk=dana.pk)


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_customer_screens_have_no_finding(
    open_page: Any, axe: Any, picture: Any, someone: Customer, lead: User, size: str, theme: str
) -> None:
    other = JoinProposal.objects.get().other_id
    paths = {
        "list": "/desk/customers/",
        "pairs": "/desk/customers/?show=duplicates",
        "nobody": "/desk/customers/?q=zzzz",
        "detail": f"/desk/customers/{someone.pk}/",
        "edit": f"/desk/customers/{someone.pk}/edit/",
        "search": f"/desk/customers/{someone.pk}/merge/?q=dana",
        "merge": f"/desk/customers/{someone.pk}/merge/?with={other}",
    }
    page = open_page(lead, paths["list"], size=size, theme=theme)
    for name, path in paths.items():
        page.goto(path)
        settle(page)
        picture(page, f"customers-{name}-{size}-{theme}")
        assert axe(page) == []
        assert page.evaluate(
            "document.getElementById('main').scrollWidth <= document.getElementById('main').clientWidth"
        )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_panel_beside_a_ticket_has_no_finding(
    open_page: Any, axe: Any, picture: Any, brand: Brand, someone: Customer, lead: User, theme: str
) -> None:
    ticket = TicketFactory(brand=brand, customer=someone)
    page = open_page(lead, f"/desk/tickets/{ticket.pk}/", theme=theme)
    page.locator("#customer-panel").get_by_text("dana.duarte@acme.com").wait_for()

    picture(page, f"customers-panel-{theme}")
    assert axe(page, within="#customer-panel") == []


def test_a_lead_joins_by_keyboard_and_takes_it_back(open_page: Any, someone: Customer, lead: User) -> None:
    page = open_page(lead, f"/desk/customers/{someone.pk}/")
    page.get_by_role("button", name="Same person", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_text("Joined.").wait_for()
    assert page.get_by_text("dduarte@acme.com").is_visible()

    page.get_by_role("button", name="Undo D. Duarte").click()
    page.get_by_text("They are two again.").wait_for()
    assert page.get_by_role("button", name="Same person", exact=True).is_visible()
    assert Merge.objects.filter(undone_at__isnull=True).count() == 1


def test_the_history_is_one_across_merged_rows(open_page: Any, someone: Customer, lead: User) -> None:
    page = open_page(lead, f"/desk/customers/{someone.pk}/")
    for subject in ("Where is my parcel?", "The lamp flickers"):
        page.get_by_text(subject).first.wait_for()


def test_an_agent_finds_somebody_and_writes_a_note(
    open_page: Any, brand: Brand, someone: Customer, alice: User
) -> None:
    page = open_page(alice, "/desk/customers/")
    page.get_by_role("searchbox", name="Find a customer").fill("030 901820")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Dana Duarte").click()
    page.get_by_label("New note").fill("Wants the invoice by post")
    page.get_by_role("button", name="Add note").click()
    page.get_by_text("Wants the invoice by post").wait_for()

    page.get_by_role("button", name="Delete note").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete note").click()
    page.get_by_text("Note deleted.").wait_for()
    assert page.get_by_text("Wants the invoice by post").count() == 0


def test_the_other_one_is_found_while_typing(open_page: Any, someone: Customer, lead: User) -> None:
    page = open_page(lead, f"/desk/customers/{someone.pk}/merge/")
    page.get_by_role("searchbox", name="Find the other customer").press_sequentially("okada")
    page.get_by_role("link", name="Mei Okada").click()
    page.get_by_role("button", name="Same person: merge").click()
    page.get_by_text("Joined.").wait_for()
    assert Customer.objects.get(name="Mei Okada").merged_into == someone
