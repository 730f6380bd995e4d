"""The demo firm on the desk: what the pictures of the documentation show.

`CARECENTER_PICTURES=docs/pictures bin/test tests/browser/test_pictures.py` takes them anew.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Exists, F, OuterRef

from accounts.models import User
from customers.models import Identity
from portal.domain.sessions import cookie_name, open_session
from tests.browser.conftest import PICTURES, SIZES
from tests.browser.settling import settle, watch
from tickets.models import Message, Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


# To make the firm takes long: once is enough where nobody looks at the pictures.
@pytest.mark.parametrize("theme", ["light", "dark"] if PICTURES else ["light"])
def test_demo_firm_is_on_the_desk(
    theme: str, open_page: Any, picture: Callable[[Any, str], None], settings: Any
) -> None:
    settings.EMBEDDED = True
    call_command("demo_data", verbosity=0)
    alice = User.objects.get(email__startswith="alice@")
    # What the demo has depends on the day: somebody with orders, best of all one who waits and of whom a note speaks.
    ticket = (
        Ticket.objects.visible_to(alice)
        .active()
        .filter(message_count__gte=3, last_kind="email", brand__language="en", customer__orders__isnull=False)
        .order_by(
            Exists(Message.objects.filter(ticket=OuterRef("pk"), audience="internal")).desc(),
            F("waiting_since").desc(nulls_last=True),
            "-last_message_at",
        )[0]
    )
    page = open_page(alice, f"/desk/tickets/{ticket.pk}/?view=all", theme=theme)
    page.get_by_text(ticket.subject).first.wait_for()
    page.get_by_text("Orders", exact=True).wait_for()
    picture(page, f"desk-{theme}")
    assert page.get_by_role("link", name="Unassigned").is_visible()
    if theme == "light":
        customers_see_their_own(page.context.browser, page.url, ticket, picture)


def customers_see_their_own(
    chromium: Any, at: str, ticket: Ticket, picture: Callable[[Any, str], None]
) -> None:
    """The help centre, and what who asked sees of their ticket: in a browser that never was at the desk."""
    brand = ticket.brand
    known = Identity.objects.filter(customer=ticket.customer, kind="email")[0]
    opened = open_session(brand, known.value)
    assert opened is not None
    width, height = SIZES["desktop"]
    home = at.partition("/desk/")[0]
    context = chromium.new_context(viewport={"width": width, "height": height}, locale="en", base_url=home)
    context.add_cookies([{"name": cookie_name(brand), "value": opened[1], "url": home}])
    page = watch(context.new_page())
    page.goto(f"/help/{brand.slug}/")
    settle(page)
    picture(page, "help-light")
    page.goto(f"/help/{brand.slug}/my/")
    page.get_by_role("link", name=ticket.subject).first.click()
    page.get_by_text("Solved").first.wait_for()
    picture(page, "my-ticket-light")
    context.close()
