"""/admin-desk/: one area, what one may, and the steps of setting up as the data say."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Brand, User
from carecenter.lib.outgoing.models import MailServer
from knowledge_base.models import HelpSettings
from tests.factories.accounts import BrandFactory, UserFactory, grant
from tests.factories.articles import article
from tests.factories.channels import ConnectionFactory
from tickets.models import Inbox, Ticket

START = "/admin-desk/"


def page(client: Any, path: str = START) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def done(client: Any) -> dict[str, bool]:
    context = client.get(START).context
    return {step.code: step.is_done for step in context["steps"]}


def test_navigation_offers_what_one_may(admin: User, lead: User, alice: User, client_for: Any) -> None:
    offered = {
        name: [
            str(one.label) for _group, pages in client_for(user).get(START).context["groups"] for one in pages
        ]
        for name, user in (("admin", admin), ("lead", lead))
    }

    assert offered["lead"] == ["Signatures", "Ready-made replies", "Privacy", "API tokens"]
    assert {"Inboxes", "People", "Health"} < set(offered["admin"])
    assert client_for(alice).get(START).status_code == 404


def test_navigation_marks_the_page_one_is_on_or_below(admin: User, client_for: Any) -> None:
    client = client_for(admin)
    marked = {
        path: page(client, path).count(f'href="{START}people/" aria-current="{how}"')
        for path, how in ((f"{START}people/", "page"), (f"{START}people/invite/", "true"))
    }

    assert set(marked.values()) == {2}  # at the side, and in the sheet of a phone


def test_an_agent_with_one_page_has_no_navigation(alice: User, client_for: Any) -> None:
    assert "admin-nav" not in page(client_for(alice), reverse("tickets:canned"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/desk/settings/inboxes/7/mailbox/?a=b", "/admin-desk/inboxes/7/mailbox/?a=b"),
        ("/accounts/people/3/", "/admin-desk/people/3/"),
    ],
)
def test_old_addresses_lead_on(old: str, new: str, client: Any) -> None:
    answer = client.get(old)

    assert (answer.status_code, answer.url) == (301, new)


def test_steps_say_what_is_there(admin: User, brand: Any, client_for: Any, settings: Any) -> None:
    settings.SMTP_URL = ""
    client = client_for(admin)
    before = done(client)
    grant(UserFactory(), "Agent", brand=brand)
    ConnectionFactory(inbox__brand=brand)
    settings.SMTP_URL = "smtp://mail.example"

    assert {code for code, is_done in before.items() if is_done} == {"brand"}
    assert {code for code, is_done in done(client).items() if is_done} == {
        "brand",
        "outgoing_mail",
        "inbox",
        "colleague",
    }


def test_the_next_step_is_one_that_a_page_can_take_and_the_way_back_is_seen(
    admin: User, brand: Any, client_for: Any, settings: Any
) -> None:
    settings.SMTP_URL = "smtp://mail.example"
    grant(UserFactory(), "Agent", brand=brand)
    ConnectionFactory(inbox__brand=brand)
    client = client_for(admin)
    following = client.get(START).context["following"]
    (article,) = (one for one in client.get(START).context["steps"] if one.code == "article")
    written = client.post(article.url, article.fields)

    assert following == "look"
    assert "/articles/" in written.url
    assert "4/7" in page(client, reverse("accounts:people"))


def test_a_test_mail_becomes_a_ticket_that_can_be_answered(
    admin: User, brand: Any, client_for: Any, after_commit: Any
) -> None:
    ConnectionFactory(inbox__brand=brand)
    client, url = client_for(admin), reverse("inboxes:trial")
    with after_commit():
        sent = client.post(url).content.decode()
    ticket = Ticket.objects.get()

    assert ticket.customer.name == admin.name
    assert f"#{ticket.number}" in page(client, url)
    assert "hx-trigger" in sent
    Ticket.objects.update(first_replied_at=ticket.created_at)
    assert "hx-trigger" not in page(client, url)
    assert done(client)["trial"]
    grant(UserFactory(), "Agent", brand=brand)
    HelpSettings.objects.create(brand=brand)
    article(brand, "How long it boils")
    MailServer.objects.create(host="smtp.shop.example", sender_address="help@shop.example")
    assert list(done(client).values()) == [True] * 7
    assert "Everything is set up." in page(client)


def test_without_an_inbox_there_is_no_test_mail(admin: User, client_for: Any) -> None:
    assert client_for(admin).post(reverse("inboxes:trial")).status_code == 422


def test_who_begins_is_led_to_what_is_to_be_done_first(admin: User, alice: User, client_for: Any) -> None:
    Brand.objects.all().delete()
    empty = [client_for(user).get("/").url for user in (admin, alice)]
    BrandFactory()

    assert empty == [START, "/desk/"]
    assert client_for(admin).get("/").url == "/desk/"


def test_an_inbox_needs_no_key_of_ones_own(admin: User, brand: Any, client_for: Any) -> None:
    typed = {"brand": brand.pk, "name": "Help & more", "addresses": "help@home.example", "is_active": "on"}
    client_for(admin).post(f"{reverse('inboxes:new')}?kind=email", typed)

    assert Inbox.objects.get().key == "nordlicht-home-help-more"
