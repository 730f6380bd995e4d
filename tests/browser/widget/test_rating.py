"""The chat is over, and the visitor says how it was, in the chat itself."""

from typing import Any

import pytest

from accounts.models import Brand, User
from feedback.models import Answer
from journal.actors import user_actor
from tests.browser.widget.page import agent_says, frame, open_chat, wait_for, write
from tests.factories.surveys import RuleFactory, SurveyFactory
from tickets.domain.lines import end
from tickets.models import Contact

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("look", ["faces", "stars"])
def test_visitor_rates_in_the_chat(
    look: str, browse: Any, brand: Brand, alice: User, axe: Any, picture: Any
) -> None:
    RuleFactory(survey=SurveyFactory(brand=brand, look=look), trigger="ended", delay_seconds=0)
    page = browse(size=(390, 844) if look == "stars" else (1280, 860))
    inside = open_chat(page)
    write(inside, "Is it waterproof?")
    inside.get_by_text("Sent").wait_for(timeout=8000)
    agent_says(alice, "Yes, to 3,000 mm.")
    inside.get_by_text("Yes, to 3,000 mm.").wait_for()
    end(Contact.objects.get(), reason=Contact.EndReason.FINISHED, actor=user_actor(alice.pk))
    inside.get_by_text("How was the help you got").wait_for()
    picture(page, f"widget-rating-{look}")
    inside.get_by_role("button", name="Bad", exact=True).click()
    wait_for(page, lambda: Answer.objects.filter(score=2, way="chat").exists())
    inside.get_by_placeholder("What should we know about it?").fill("It leaked.")
    assert axe(page) == []
    inside.get_by_role("group").get_by_role("button", name="All right").click()
    wait_for(page, lambda: Answer.objects.filter(score=3, comment="It leaked.").exists())
    picture(page, f"widget-rated-{look}")
    inside.locator(".rating-more").get_by_role("button", name="Send").click()
    inside.get_by_text("Thank you!").wait_for()
    page.reload()
    page.locator("#carecenter-chat button.ready").wait_for()
    open_chat(page)
    pressed = frame(page).locator(".rating-row [aria-pressed=true]")
    pressed.wait_for()
    assert pressed.get_attribute("aria-label") == "All right"
    assert Answer.objects.get().agent == alice
