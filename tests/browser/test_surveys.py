"""From a solved ticket to the mail, to the page, to thanks; and the settings, as an administrator fills them in."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Brand, User
from channels_app.tasks import sweep_outbox
from customers.models import Customer
from feedback.models import Answer, FeedbackSettings, Invitation, Survey, SurveyRule
from tests.browser.conftest import until
from tests.browser.looks import LOOKS
from tests.browser.settling import settle
from tests.demo_site import demo_site
from tests.factories.channels import ConnectionFactory
from tests.factories.surveys import InvitationFactory, RuleFactory, SurveyFactory
from tests.factories.tickets import InboxFactory, TicketFactory
from tickets.domain.intake import IncomingMessage, receive_message
from tickets.domain.replies import queue_reply
from tickets.models import Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def solve(brand: Brand, dana: Customer, alice: User, settings: Any, live_server: Any) -> Callable[[], Ticket]:
    """Dana wrote, alice answered and solved; brands ask at once and at any hour."""
    settings.UNDO_SECONDS, settings.PUBLIC_BASE_URL = 0, live_server.url
    inbox = InboxFactory(brand=brand, key="support", name="Support")
    ConnectionFactory(inbox=inbox, address="support@support.test")
    always = brand.feedback_settings if hasattr(brand, "feedback_settings") else FeedbackSettings(brand=brand)
    always.quiet_until = always.quiet_from
    always.save(force_insert=True)

    def solved() -> Ticket:
        incoming = IncomingMessage(
            kind="email", external_id="1@mail.example", from_name="Dana Duarte", from_address="dana@example.net",
            subject="The kettle does not boil", text="It stays cold.", reply_text="It stays cold.",
        )  # fmt: skip
        ticket = receive_message(inbox=inbox, customer=dana, incoming=incoming).ticket
        queue_reply(ticket, actor=alice, html="<p>Plug it in.</p>", then="solved")
        sweep_outbox()
        return ticket

    return solved


def test_customer_rates_from_the_mail(
    open_page: Any, axe: Any, picture: Any, solve: Any, brand: Brand, settings: Any, alice: User
) -> None:
    RuleFactory(survey=SurveyFactory(brand=brand, look="faces"), delay_seconds=0)
    ticket = solve()
    with demo_site(settings):
        page = open_page(alice, "/demo/mail/")
        page.get_by_role("link", name="How was our help?").first.click()
        mail = page.frame_locator("iframe")
        mail.locator("a[title='Very good']").wait_for()
        picture(page, "survey-mail")
        with page.context.expect_page() as opened:
            mail.locator("a[title=Good]").click()
        rating = opened.value
        rating.get_by_role("radio", name="Good", exact=True).wait_for()
        assert rating.get_by_role("radio", name="Good", exact=True).is_checked()
        assert not Answer.objects.exists()
        assert axe(rating) == []
        rating.get_by_label("What should we know about it?").fill("Quick and kind.")
        rating.get_by_role("button", name="Send").click()
        rating.get_by_role("heading", name="Thank you!").wait_for()
        given = Answer.objects.select_related("invitation").get()
        assert (given.score, given.comment, given.invitation.ticket_id) == (4, "Quick and kind.", ticket.pk)
        rating.get_by_role("link", name="Change my answer").click()
        rating.get_by_role("radio", name="Very bad").check()
        rating.get_by_role("button", name="Send the change").click()
        rating.get_by_role("heading", name="Thank you!").wait_for()
        assert Answer.objects.get().score == 1


def test_page_works_without_a_script_and_by_keyboard(chromium: Any, live_server: Any, brand: Brand) -> None:
    invitation = InvitationFactory(survey=SurveyFactory(brand=brand))
    context = chromium.new_context(java_script_enabled=False, base_url=live_server.url, locale="en")
    page = context.new_page()
    page.goto(f"/s/{invitation.key}/?score=3")
    page.get_by_role("radio", name="All right").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("heading", name="Thank you!").wait_for()
    context.close()
    assert Answer.objects.get().score == 4


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_pages_have_no_finding(
    open_page: Any, axe: Any, picture: Any, brand: Brand, alice: User, size: str, theme: str
) -> None:
    questions = [
        {"key": "a", "type": "choice", "words": {"en": "How do you like to reach us?"}, "options": [
            {"key": "1", "words": {"en": "By mail"}}, {"key": "2", "words": {"en": "In the chat"}}]},
        {"key": "b", "type": "text", "words": {"en": "Anything else?"}},
    ]  # fmt: skip
    looks = {
        "faces": {"look": "faces", "questions": questions}, "stars": {"look": "stars"},
        "nps": {"measure": "nps"}, "settled": {"measure": "settled"},
    }  # fmt: skip
    page = open_page(alice, "/desk/", size=size, theme=theme)
    for name, fields in looks.items():
        ticket = TicketFactory(brand=brand)
        invitation = InvitationFactory(survey=SurveyFactory(brand=brand, **fields), ticket=ticket)
        score = {"nps": 9, "settled": 1}.get(name, 4)
        for state, path in {"page": f"?score={score}", "empty": ""}.items():
            page.goto(f"/s/{invitation.key}/{path}")
            picture(page, f"survey-{name}-{state}-{size}-{theme}")
            assert axe(page) == [], name
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
    for name, path in {"unknown": f"/s/{'a' * 26}/", "late": f"/s/{late(brand).key}/"}.items():
        page.goto(path)
        picture(page, f"survey-{name}-{size}-{theme}")
        assert axe(page) == [], name


def late(brand: Brand) -> Invitation:
    return InvitationFactory(survey=SurveyFactory(brand=brand), sent_at="2020-01-01T00:00Z")


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_settings_have_no_finding(
    open_page: Any,
    axe: Any,
    picture: Any,
    brand: Brand,
    second_brand: Brand,
    admin: User,
    size: str,
    theme: str,
) -> None:
    survey = SurveyFactory(brand=brand, name="Satisfaction", look="faces")
    SurveyFactory(brand=brand, name="Recommendation", measure="nps", is_active=False)
    rule = RuleFactory(survey=survey, trigger="ended", kinds=["webchat"], delay_seconds=0)
    RuleFactory(survey=survey, position=1, tags=["vip"], sample_percent=30)
    InvitationFactory(survey=survey)
    pages = {"list": "", "edit": f"{survey.pk}/", "rule": f"rules/{rule.pk}/", "brand": f"brands/{brand.pk}/"}
    page = open_page(admin, "/desk/", size=size, theme=theme)
    for name, path in pages.items():
        page.goto(f"/admin-desk/surveys/{path}")
        settle(page)
        picture(page, f"surveys-{name}-{size}-{theme}")
        assert axe(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name


def test_administrator_sets_up_a_survey_and_sees_it_as_it_is_typed(
    open_page: Any, brand: Brand, admin: User
) -> None:
    page = open_page(admin, "/admin-desk/surveys/")
    page.get_by_role("button", name="Set up the usual").click()
    page.get_by_label("Question", exact=False).first.fill("How are you after all this?")
    page.locator("#survey-preview").get_by_text("How are you after all this?").wait_for()
    page.get_by_label("Look").select_option("stars")
    page.locator("#survey-preview [data-look=stars]").wait_for()
    page.get_by_label("What it measures").select_option("nps")
    until(page, "document.querySelectorAll('#survey-preview input[name=score]').length === 11")
    page.get_by_label("What it measures").select_option("csat")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("The survey is saved.").wait_for()
    assert Survey.objects.get().words["en"]["question"] == "How are you after all this?"
    page.get_by_role("button", name="Move down").first.click()
    settle(page)
    assert list(SurveyRule.objects.order_by("position").values_list("trigger", flat=True)) == [
        "solved",
        "ended",
    ]
    page.get_by_role("button", name="Switch off").click()
    page.get_by_role("button", name="Switch on").wait_for()
