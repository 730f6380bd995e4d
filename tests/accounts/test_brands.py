"""Brands are begun, changed, archived and brought back; one that holds nothing is deleted."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.domain import brand_keeping as verbs
from accounts.domain.errors import BrandInUse, BrandTaken, OutOfScope
from accounts.models import Brand, CustomerPool, User
from journal.models import Event
from knowledge_base.models import HelpSettings
from tests.factories.accounts import UserFactory, grant
from tests.factories.channels import ConnectionFactory
from tests.factories.tickets import InboxFactory
from tickets.models import CannedReply
from workforce.models import Hours

NEW = {"name": "Mill & Sons", "language": "de", "zone": "Europe/Berlin", "color": "#2F6F4F"}


def test_a_new_brand_is_ready_for_inboxes(admin: User, client_for: Any) -> None:
    answer = client_for(admin).post(reverse("accounts:brand_new"), NEW)
    brand = Brand.objects.get()

    assert answer.status_code == 302
    assert (brand.slug, brand.color, brand.pool.name) == ("mill-sons", "#2f6f4f", "Mill & Sons")
    assert Event.objects.get().name == "brand.created"


def test_a_new_brand_shares_customers_when_told_so(admin: User, pool: CustomerPool) -> None:
    wanted = verbs.WantedBrand(**NEW, slug="mill", pool=pool)

    assert verbs.create_brand(wanted, actor=admin).pool == pool
    with pytest.raises(BrandTaken):
        verbs.create_brand(wanted, actor=admin)


def test_who_sets_up_one_brand_changes_that_one_and_begins_none(brand: Brand, second_brand: Brand) -> None:
    mine = grant(UserFactory(), "Admin", brand=brand)
    wanted = verbs.WantedBrand(**(NEW | {"name": brand.name}))

    assert verbs.change_brand(brand, wanted, actor=mine) == ["language", "zone", "color"]
    for forbidden in (
        lambda: verbs.change_brand(second_brand, wanted, actor=mine),
        lambda: verbs.create_brand(wanted, actor=mine),
        lambda: verbs.archive(second_brand, actor=mine),
    ):
        with pytest.raises(OutOfScope):
            forbidden()


def test_a_brand_that_holds_something_is_archived_and_brought_back(
    admin: User, brand: Brand, client_for: Any, client: Any
) -> None:
    InboxFactory(brand=brand)
    office, home = client_for(admin), reverse("help:home", args=[brand.slug])
    with pytest.raises(BrandInUse):
        verbs.delete_brand(brand, actor=admin)
    office.post(reverse("accounts:brand_archive", args=[brand.pk]))
    put_away = (client.get(home).status_code, list(Brand.objects.in_use()))
    office.post(reverse("accounts:brand_restore", args=[brand.pk]))

    assert put_away == (404, [])
    assert client.get(home).status_code == 200
    assert list(Event.objects.order_by("pk").values_list("name", flat=True)) == [
        "brand.archived",
        "brand.restored",
    ]


def test_settings_alone_do_not_keep_a_brand(admin: User, brand: Brand) -> None:
    HelpSettings.objects.create(brand=brand)
    verbs.delete_brand(brand, actor=admin)

    assert not Brand.objects.exists()


def test_what_the_brand_has_no_name_for_keeps_it_too(admin: User, brand: Brand) -> None:
    CannedReply.objects.create(pool=brand.pool, brand=brand, title="Hello", text="Hello")

    with pytest.raises(BrandInUse):
        verbs.delete_brand(brand, actor=admin)


def test_preview_shows_what_is_typed_and_nothing_else(admin: User, client_for: Any) -> None:
    url = reverse("accounts:brand_preview")
    typed = {"name": "Mill", "color": "#ffee00"}
    seen = client_for(admin).get(url, typed).content.decode()
    wrong = client_for(admin).get(url, {"color": "red; --x: url(//a.example)"}).content.decode()

    assert "--brand: #ffee00; --on-brand: #000000" in seen
    assert "a.example" not in wrong


def test_page_says_by_which_inboxes_a_brand_is_reached(admin: User, brand: Brand, client_for: Any) -> None:
    hours = Hours.objects.create(pool=brand.pool, name="Weekdays")
    ConnectionFactory(inbox=InboxFactory(brand=brand, name="Orders", hours=hours))
    ConnectionFactory(inbox=InboxFactory(name="Elsewhere"))
    panel = client_for(admin).get(reverse("inboxes:of_brand", args=[brand.pk])).content.decode()

    assert ("Orders" in panel, "Weekdays" in panel, "Elsewhere" in panel) == (True, True, False)
