"""The page that says what suggestions save."""

import pytest

from carecenter.lib.time import now
from journal.models import Event
from knowledge_base.domain.help_settings import settings_of
from knowledge_base.models import HelpSettings, Step, Visit

pytestmark = pytest.mark.django_db
PAGE = "/desk/articles/deflection/"


def visits(brand, arm, n, wrote, share=10):
    """So many visitors of an arm who were offered something, of whom the first `wrote` sent."""
    at = now()
    made = Visit.objects.bulk_create(
        [
            Visit(brand=brand, visitor=f"{arm}{share}-{i}", arm=arm, share=share, began_at=at, last_at=at)
            for i in range(n)
        ]
    )
    name = "suggested" if arm == "shown" else "would_suggest"
    steps = [Step(visit=visit, name=one, at=at, place="form") for visit in made for one in ("began", name)]
    Step.objects.bulk_create(
        steps + [Step(visit=visit, name="sent", at=at, place="form") for visit in made[:wrote]]
    )


def words(page):
    return " ".join(page.content.decode().split())


def test_page_says_the_difference_with_its_interval_and_both_groups(brand, alice, client_for):
    visits(brand, "held_out", 100, 62)
    visits(brand, "shown", 900, 450)
    page = words(client_for(alice).get(PAGE))
    assert ">12.0</span>" in page
    assert "95 % interval: 1.7 to 21.5" in page
    assert "n = 1000" in page
    assert (
        "About 108 contacts fewer in this period, of 900 visitors who saw suggestions; at least 15, at most 193."
        in page
    )
    assert all(f">{number}</td>" in page for number in (900, 450, 100, 62))
    assert "Too early" not in page


def test_page_says_when_it_is_too_early_or_chance(brand, alice, client_for):
    browser = client_for(alice)
    assert "Nothing to compare yet" in words(browser.get(PAGE))
    visits(brand, "held_out", 12, 9)
    visits(brand, "shown", 100, 50)
    page = words(browser.get(PAGE))
    assert "Only 12 visitors saw no suggestions and 100 saw some" in page
    assert "What stands here may still turn round." in page
    Visit.objects.all().delete()
    visits(brand, "held_out", 50, 27)
    visits(brand, "shown", 450, 225)
    assert "The interval holds 0: such a difference may be chance." in words(browser.get(PAGE))


def test_suggestions_that_make_people_write_are_called_so(brand, alice, client_for):
    visits(brand, "held_out", 200, 80)
    visits(brand, "shown", 800, 560)
    page = words(client_for(alice).get(PAGE))
    assert "Suggestions seem to make people write." in page
    assert "so many more write to us with suggestions" in page


def test_brands_and_shares_are_compared_apart(brand, second_brand, admin, client_for, other_brand):
    visits(brand, "held_out", 40, 30)
    visits(brand, "shown", 360, 180)
    visits(second_brand, "held_out", 50, 10, share=50)
    visits(second_brand, "shown", 50, 10, share=50)
    browser = client_for(admin)
    page = words(browser.get(PAGE))
    assert "Compared within" in page
    assert "30 / 40" in page
    assert "10 / 50" in page
    alone = words(browser.get(PAGE, {"brand": brand.pk}))
    assert ">25.0</span>" in alone
    assert "Compared within" not in alone


def test_period_is_chosen(brand, alice, client_for, clock):
    visits(brand, "held_out", 40, 30)
    visits(brand, "shown", 360, 180)
    clock.shift(10 * 86_400)
    browser = client_for(alice)
    assert "Nothing to compare yet" in words(browser.get(PAGE, {"days": "7"}))
    assert "n = 400" in words(browser.get(PAGE, {"days": "28"}))
    assert "n = 400" in words(browser.get(PAGE, {"days": "nonsense"}))


def test_other_pool_sees_nothing_of_it(brand, other_brand, charlie, client_for):
    visits(brand, "held_out", 40, 30)
    visits(brand, "shown", 360, 180)
    assert "Nothing to compare yet" in words(client_for(charlie).get(PAGE, {"brand": brand.pk}))


@pytest.mark.parametrize("brands", [1, 3])
def test_page_costs_the_same_whatever_there_is(
    brand, second_brand, admin, client_for, django_assert_num_queries, brands
):
    for one in (brand, second_brand)[:brands]:
        visits(one, "held_out", 40, 30)
        visits(one, "shown", 360, 180)
    browser = client_for(admin)
    browser.get(PAGE)
    with django_assert_num_queries(9):
        browser.get(PAGE)


def test_lead_sets_the_share_and_an_agent_may_not(brand, other_brand, lead, alice, client_for):
    address = f"{PAGE}held-out/{brand.pk}/"
    browser = client_for(lead)
    assert 'name="held_out" value="10"' in words(browser.get(PAGE))
    assert browser.post(address, {"held_out": "25"}).status_code == 302
    assert settings_of(brand).held_out == 25
    event = Event.objects.get(name="help.settings_saved")
    assert (event.brand_id, event.data["held_out"]) == (brand.pk, 25)
    assert browser.post(f"{PAGE}held-out/{other_brand.pk}/", {"held_out": "25"}).status_code == 404
    assert client_for(alice).post(address, {"held_out": "5"}).status_code == 404
    assert 'name="held_out"' not in words(client_for(alice).get(PAGE))


@pytest.mark.parametrize("value", ["51", "-1", "", "many", "1.5"])
def test_share_that_cannot_be_is_refused_beside_its_field(brand, lead, client_for, value):
    page = client_for(lead).post(f"{PAGE}held-out/{brand.pk}/", {"held_out": value})
    assert (page.status_code, HelpSettings.objects.count()) == (422, 0)
    assert 'aria-invalid="true"' in page.content.decode()
