"""Webhooks on their pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Grant
from accounts.permissions import WEBHOOKS_MANAGE
from carecenter.lib.sealing import unseal
from tests.factories.accounts import UserFactory, role
from webhooks.domain import subscribing
from webhooks.domain.subscribing import Wanted
from webhooks.models import Delivery, Webhook

pytestmark = pytest.mark.django_db
FORM = {"name": "Shop", "url": "https://shop.example/hook", "brand": "", "which": "all"}


@pytest.fixture
def webhook(admin) -> Webhook:
    return subscribing.create(Wanted("Shop", "https://shop.example/hook"), actor=admin)[0]


def test_secret_is_shown_once(admin, client_for):
    client = client_for(admin)
    made = client.post(reverse("webhooks:new"), FORM)
    webhook = Webhook.objects.get()
    secret = unseal(webhook.sealed)["secret"][0]["value"]

    assert secret in made.content.decode()
    for name in ("webhook", "edit"):
        page = client.get(reverse(f"webhooks:{name}", args=[webhook.pk]))
        assert (page.status_code, secret in page.content.decode()) == (200, False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "ftp://shop.example/"},
        {"url": "https://me:secret@shop.example/"},
        {"url": ""},
        {"which": "some"},
        {"which": "some", "events": ["no.such"]},
        {"brand": "987654321"},
    ],
)
def test_wrong_words_are_told_and_kept(admin, client_for, wrong):
    page = client_for(admin).post(reverse("webhooks:new"), FORM | wrong)

    assert page.status_code == 422
    assert "Shop" in page.content.decode()
    assert not Webhook.objects.exists()


def test_who_sets_up_one_brand_tells_of_no_other(brand, second_brand, admin, client_for):
    user = UserFactory()
    Grant.objects.create(user=user, role=role("Teller", (WEBHOOKS_MANAGE,)), brand=brand)
    client = client_for(user)
    foreign = subscribing.create(Wanted("X", "https://x.example/", second_brand), actor=admin)[0]
    for value in ("", str(second_brand.pk)):
        assert client.post(reverse("webhooks:new"), FORM | {"brand": value}).status_code == 422
    client.post(reverse("webhooks:new"), FORM | {"brand": str(brand.pk)})

    assert list(Webhook.objects.exclude(pk=foreign.pk).values_list("brand", flat=True)) == [brand.pk]
    assert client.get(reverse("webhooks:webhook", args=[foreign.pk])).status_code == 404


def test_trial_and_again_stand_in_the_log(webhook, admin, client_for):
    client = client_for(admin)
    client.post(reverse("webhooks:try", args=[webhook.pk]))
    trial = Delivery.objects.get()
    page = client.get(reverse("webhooks:delivery", args=[trial.pk])).content.decode()
    assert f"event-{trial.event_id}" in page
    Delivery.objects.update(state="given_up")
    client.post(reverse("webhooks:again", args=[trial.pk]))
    trial.refresh_from_db()

    assert (trial.state, trial.is_asked) == ("waiting", True)
    assert "webhook.tried" in client.get(reverse("webhooks:webhook", args=[webhook.pk])).content.decode()


def test_pages_cost_the_same_at_one_row_and_at_three(webhook, admin, client_for):
    client = client_for(admin)
    addresses = [reverse("webhooks:list"), reverse("webhooks:webhook", args=[webhook.pk])]
    for address in addresses:
        client.get(address)
    counts = []
    for _ in range(2):
        subscribing.create(Wanted("More", "https://more.example/"), actor=admin)
        subscribing.try_out(webhook, actor=admin)
        with CaptureQueriesContext(connection) as found:
            for address in addresses:
                client.get(address)
        counts.append(len(found))
    assert counts[0] == counts[1]
