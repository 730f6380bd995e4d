"""What suggestions save, as a manager reads it."""

from typing import Any

import pytest

from accounts.models import Brand, User
from carecenter.lib.time import now
from knowledge_base.models import Step, Visit
from tests.browser.looks import LOOKS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def visits(brand: Brand, arm: str, n: int, wrote: int, share: int = 10) -> None:
    at = now()
    made = Visit.objects.bulk_create(
        Visit(brand=brand, visitor=f"{arm}{share}-{i}", arm=arm, share=share, began_at=at, last_at=at)
        for i in range(n)
    )
    offered = "suggested" if arm == "shown" else "would_suggest"
    steps = [
        Step(visit=visit, name=name, at=at, place="form") for visit in made for name in ("began", offered)
    ]
    Step.objects.bulk_create(
        steps + [Step(visit=visit, name="sent", at=at, place="form") for visit in made[:wrote]]
    )


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_page_has_no_finding(
    open_page: Any, brand: Brand, lead: User, axe: Any, picture: Any, size: str, theme: str
) -> None:
    visits(brand, "held_out", 100, 62)
    visits(brand, "shown", 900, 450)
    visits(brand, "held_out", 60, 40, share=30)
    visits(brand, "shown", 140, 70, share=30)
    page = open_page(lead, "/desk/articles/deflection/", size=size, theme=theme)
    assert page.get_by_text("contacts fewer in this period").is_visible()
    picture(page, f"deflection-{size}-{theme}")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_share_is_set_beside_the_figure(open_page: Any, brand: Brand, lead: User, picture: Any) -> None:
    page = open_page(lead, "/desk/articles/deflection/")
    page.get_by_text("Nothing to compare yet").wait_for()
    picture(page, "deflection-empty")
    page.get_by_label("Percent of visitors who see no suggestions").fill("25")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("It counts for visitors who have not been here before.").wait_for()
    assert page.get_by_label("Percent of visitors who see no suggestions").input_value() == "25"
