"""A customer at the contact form: answered while typing, or heard; with a script and without."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.models import Brand, User
from channels_app.models import Connection
from channels_app.tasks import sweep_outbox
from feedback.models import FeedbackSettings
from knowledge_base.domain.help_settings import save_held_out
from knowledge_base.models import Arm, Step, Visit
from knowledge_base.visitors import COOKIE, visitor_from
from tests.demo_site import demo_site
from tests.factories.articles import article
from tests.factories.channels import ConnectionFactory
from tests.factories.surveys import RuleFactory, SurveyFactory
from tests.factories.tickets import InboxFactory
from tickets.domain.replies import queue_reply
from tickets.models import Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
LONG = """<p>Lime settles where water is heated. Once a month is enough.</p>
<ol><li>Fill the kettle with one part vinegar and two parts water.</li>
<li>Bring it to the boil, and let it stand for half an hour.</li><li>Rinse twice.</li></ol>
<table><tr><th>Water</th><th>How often</th></tr><tr><td>Hard</td><td>Every two weeks</td></tr></table>"""


@pytest.fixture
def door(brand: Brand) -> Connection:
    save_held_out(brand, 0, actor="system")
    brand.color = "#2f6f4f"
    brand.save(update_fields=["color"])
    article(brand, "Returning a parcel", "<p>Print the label.</p>")
    article(brand, "Opening hours of our shops", "<p>Nine to five.</p>")
    article(brand, "How do I descale a kettle?", LONG)
    return Connection.objects.create(inbox=InboxFactory(brand=brand, kind="form", key="write"))


@pytest.fixture
def visit(chromium: Any, live_server: Any, door: Connection) -> Iterator[Callable[..., Any]]:
    """`visit(size="phone")`: the form as somebody sees it who comes from anywhere."""
    contexts, complaints = [], []

    def open_it(size: str = "desktop", theme: str = "light", script: bool = True) -> Any:
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            locale="en",
            reduced_motion="reduce",
            java_script_enabled=script,
            base_url=live_server.url,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto("/f/write/")
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert complaints == []


def ask(page: Any, words: str) -> None:
    page.get_by_role("textbox", name="Subject").fill("Kettle")
    page.get_by_role("textbox", name="Message").fill(words)


def names(place: str = "form") -> list[str]:
    """What was noted, all of it at one place."""
    steps = Step.objects.order_by("pk").values_list("name", "place")
    assert {where for _, where in steps} == {place}
    return [name for name, _ in steps]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_form_and_its_answers_have_no_finding(
    visit: Any, axe: Any, picture: Any, size: str, theme: str
) -> None:
    page = visit(size, theme)
    picture(page, f"form-{size}-{theme}")
    assert axe(page) == []
    ask(page, "How do I descale my kettle?")
    page.get_by_text("How do I descale a kettle?").click()
    page.get_by_text("Rinse twice.").wait_for()
    picture(page, f"form-answers-{size}-{theme}")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_customer_finds_the_answer_while_typing_and_writes_no_ticket(
    visit: Any, axe: Any, picture: Any
) -> None:
    page = visit()
    ask(page, "How do I descale my kettle?")
    page.get_by_role("heading", name="Perhaps this answers it already").wait_for()
    assert page.locator("[data-answers-told]").inner_text() == "One answer may fit"
    page.get_by_text("How do I descale a kettle?").click()
    page.get_by_text("Rinse twice.").wait_for()
    page.get_by_role("button", name="This solved it").click()
    page.get_by_role("heading", name="Glad that solved it").wait_for()
    picture(page, "form-solved")
    assert axe(page) == []
    assert names() == ["began", "suggested", "read", "solved"]
    # It should lead back to what was typed.
    page.get_by_role("button", name="I still have a question").click()
    assert page.get_by_role("textbox", name="Message").input_value() == "How do I descale my kettle?"
    assert Ticket.objects.count() == 0


def test_customer_sends_although_answers_are_shown(visit: Any, picture: Any) -> None:
    page = visit("phone")
    ask(page, "How do I descale my kettle?")
    page.get_by_role("heading", name="Perhaps this answers it already").wait_for()
    page.get_by_role("textbox", name="Your e-mail address").fill("dana@example.net")
    # It should send on Enter, and not say that something was solved.
    page.get_by_role("textbox", name="Subject").press("Enter")
    page.get_by_role("heading", name="Thank you, we have your message").wait_for()
    picture(page, "form-thanks")
    assert Ticket.objects.get().subject == "Kettle"
    assert names() == ["began", "suggested", "sent"]


def test_from_the_form_to_the_ticket_to_the_rating(
    visit: Any, open_page: Any, brand: Brand, alice: User, settings: Any, live_server: Any
) -> None:
    settings.UNDO_SECONDS, settings.PUBLIC_BASE_URL = 0, live_server.url
    always = FeedbackSettings(brand=brand)
    always.quiet_until = always.quiet_from
    always.save(force_insert=True)
    RuleFactory(survey=SurveyFactory(brand=brand, look="faces"), delay_seconds=0)
    ConnectionFactory(inbox=InboxFactory(brand=brand, key="support"), address="support@support.test")
    page = visit()
    ask(page, "Mine stays cold, whatever I press.")
    page.get_by_role("textbox", name="Your e-mail address").fill("dana@example.net")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("heading", name="Thank you, we have your message").wait_for()
    ticket = Ticket.objects.get()
    queue_reply(ticket, actor=alice, html="<p>Plug it in.</p>", then="solved")
    sweep_outbox()
    with demo_site(settings):
        mails = open_page(alice, "/demo/mail/")
        mails.get_by_role("link", name="How was our help?").first.click()
        with mails.context.expect_page() as opened:
            mails.frame_locator("iframe").locator("a[title='Very good']").click()
        rating = opened.value
        rating.get_by_label("What should we know about it?").fill("Now it boils.")
        rating.get_by_role("button", name="Send").click()
        rating.get_by_role("heading", name="Thank you!").wait_for()
    desk = open_page(alice, f"/desk/tickets/{ticket.pk}/")
    desk.get_by_text("Now it boils.").first.wait_for()


def test_sending_does_not_wait_for_answers(visit: Any) -> None:
    page = visit()
    page.route("**/answers/", lambda route: None)  # never answered
    ask(page, "How do I descale my kettle?")
    page.get_by_role("textbox", name="Your e-mail address").fill("dana@example.net")
    page.wait_for_timeout(600)
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("heading", name="Thank you, we have your message").wait_for()
    assert Ticket.objects.count() == 1


def test_held_out_customer_sees_the_form_alone(visit: Any, brand: Brand) -> None:
    page = visit()
    key = next(one["value"] for one in page.context.cookies() if one["name"] == COOKIE)
    save_held_out(brand, 10, actor="system")
    Visit.objects.create(brand=brand, visitor=visitor_from(key), arm=Arm.HELD_OUT, share=10)
    ask(page, "How do I descale my kettle?")
    page.wait_for_timeout(1200)
    assert page.locator(".offer").count() == 0
    page.get_by_role("textbox", name="Your e-mail address").fill("dana@example.net")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("heading", name="Thank you, we have your message").wait_for()
    assert names() == ["began", "would_suggest", "sent"]


def test_without_a_script_answers_come_once_and_the_second_press_sends(visit: Any, picture: Any) -> None:
    page = visit(script=False)
    ask(page, "How do I descale my kettle?")
    page.get_by_role("textbox", name="Your e-mail address").fill("dana@example.net")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("Your message is not sent yet").wait_for()
    page.get_by_text("How do I descale a kettle?").click()
    page.get_by_text("Rinse twice.").wait_for()
    picture(page, "form-no-script")
    page.get_by_role("button", name="Send my message").click()
    page.get_by_role("heading", name="Thank you, we have your message").wait_for()
    assert (Ticket.objects.count(), names("plain")) == (1, ["began", "suggested", "sent"])
