"""The settings page of inboxes, as its admin uses it."""

import pytest
from django.urls import reverse

from carecenter.lib.sealing import unseal
from carecenter.lib.signing import good_at
from carecenter.lib.time import now
from channels_app.models import Connection, InboxAddress
from journal.models import Event
from tests.factories.accounts import TeamFactory, UserFactory, grant
from tests.factories.channels import arrive, mail
from tests.factories.tickets import InboxFactory
from tickets.models import Inbox

pytestmark = pytest.mark.django_db
LIST = "/admin-desk/inboxes/"


@pytest.fixture
def owner(brand):
    """Sets up the inboxes of Nordlicht Home and nothing else."""
    return grant(UserFactory(name="Olga Owner"), "Admin", brand=brand)


@pytest.fixture
def page(client_for, owner):
    return client_for(owner)


def api_form(brand, **changed):
    return {
        "brand": brand.pk, "name": "Shop app", "key": "shop-app", "is_active": "on",
        "own-url": "https://shop.example/answers", "own-vouches_for": ["external"], **changed,
    }  # fmt: skip


def values(response):
    """What the settings form would send as it stands."""
    fields = {}
    for form, prefix in ((response.context["form"], ""), (response.context["own"], "own-")):
        for name in form.fields:
            value = form[name].value()
            if value not in (None, False):
                fields[f"{prefix}{name}"] = getattr(value, "pk", value)
    return fields


def test_list_shows_own_inboxes_and_how_they_fare(page, connection, other_connection, alice):
    connection.trouble = "535 Authentication failed"
    connection.save(update_fields=["trouble"])
    arrive(connection, mail())
    body = page.get(LIST).content.decode()
    assert "support@support.test" in body
    assert "535 Authentication failed" in body
    assert "hello@weststern.test" not in body


def test_list_costs_the_same_for_one_and_three(page, brand, connection, django_assert_num_queries):
    def ask():
        page.get(LIST)

    ask()
    with django_assert_num_queries(5):  # session, person, grants, inboxes, addresses
        ask()
    for number in range(2):
        Connection.objects.create(inbox=InboxFactory(brand=brand, key=f"more-{number}", kind="form"))
    with django_assert_num_queries(5):
        ask()


def test_agent_has_no_such_page(client_for, alice, connection):
    assert client_for(alice).get(LIST).status_code == 404
    assert client_for(alice).get(f"{LIST}{connection.inbox_id}/").status_code == 404


def test_inbox_of_another_firm_is_not_there(page, other_connection):
    pk = other_connection.inbox_id
    answers = [
        page.get(f"{LIST}{pk}/"),
        page.post(f"{LIST}{pk}/"),
        page.post(f"{LIST}{pk}/secrets/messages/"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 3


def test_new_api_inbox_shows_its_secrets_once(page, brand):
    response = page.post(f"{LIST}new/?kind=api", api_form(brand))
    connection = Connection.objects.get()
    secrets = unseal(connection.sealed)
    shown = [secrets[name][0]["value"] for name in ("messages", "answers")]
    body = response.content.decode()
    assert [value in body for value in shown] == [True, True]
    assert "no-store" in response["Cache-Control"]
    assert f"/api/v1/inboxes/{connection.inbox.key}/messages/" in body
    again = page.get(f"{LIST}{connection.inbox_id}/").content.decode()
    assert [value in again for value in shown] == [False, False]
    assert connection.config == {"url": "https://shop.example/answers", "vouches_for": ["external"]}
    event = Event.objects.get(name="inbox.created")
    assert (event.brand_id, event.subject, event.data) == (
        brand.pk,
        f"inbox:{connection.inbox_id}",
        {"kind": "api"},
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"own-url": "ftp://x"}, "begins with https://"),
        ({"name": ""}, "This field is required."),
        ({"key": "a b"}, "Only letters without accents, digits, - and _."),
        ({"key": "taken"}, "Another inbox has this key."),
        ({"name": "Support"}, "This brand has an inbox of this name already."),
    ],
)
def test_what_is_wrong_is_said_and_opens_nothing(page, brand, change, said):
    InboxFactory(brand=brand, name="Support", key="taken")
    response = page.post(f"{LIST}new/?kind=api", api_form(brand, **change))
    assert response.status_code == 422
    assert said in response.content.decode()
    assert Connection.objects.count() == 0


def test_brand_of_others_cannot_be_chosen(page, other_brand):
    assert page.post(f"{LIST}new/?kind=api", api_form(other_brand)).status_code == 422
    assert Inbox.objects.count() == 0


def test_kind_that_is_none_is_not_there(page):
    assert [page.get(f"{LIST}new/{query}").status_code for query in ("?kind=fax", "", "?kind=phone")] == [
        404
    ] * 3


@pytest.mark.parametrize("kind", ["email", "form", "api", "webchat"])
def test_every_kind_has_its_form(page, kind):
    assert page.get(f"{LIST}new/?kind={kind}").status_code == 200


def test_mail_inbox_keeps_its_addresses(page, connection):
    address = f"{LIST}{connection.inbox_id}/"
    page.post(address, {**values(page.get(address)), "addresses": "Help@Support.test\nsupport@support.test"})
    known = (
        InboxAddress.objects.filter(connection=connection).order_by("pk").values_list("address", flat=True)
    )
    assert list(known) == ["help@support.test", "support@support.test"]
    assert Event.objects.get(name="inbox.changed").data == {"fields": ["addresses"]}


def test_address_of_another_inbox_is_refused(page, connection, other_connection):
    address = f"{LIST}{connection.inbox_id}/"
    response = page.post(address, {**values(page.get(address)), "addresses": "hello@weststern.test"})
    assert (response.status_code, "belongs to another inbox" in response.content.decode()) == (422, True)
    assert connection.address == "support@support.test"


def test_saving_without_a_change_records_nothing(page, connection):
    address = f"{LIST}{connection.inbox_id}/"
    assert page.post(address, values(page.get(address))).status_code == 302
    assert not Event.objects.filter(name="inbox.changed").exists()


def test_settings_of_the_form_do_not_touch_what_they_do_not_know(page, brand):
    inbox = InboxFactory(brand=brand, kind="form")
    made = Connection.objects.create(inbox=inbox, config={"authserv_id": "mx.example"})
    made.seal({"kept": "secret"})
    made.save(update_fields=["sealed"])
    address = f"{LIST}{inbox.pk}/"
    page.post(address, {**values(page.get(address)), "own-heading": "Hello"})
    made.refresh_from_db()
    assert (made.config["authserv_id"], made.config["heading"]) == ("mx.example", "Hello")
    assert unseal(made.sealed) == {"kept": "secret"}


def test_secret_is_replaced_and_the_old_one_lives_for_a_day(page, brand, clock):
    page.post(f"{LIST}new/?kind=api", api_form(brand))
    connection = Connection.objects.get()
    before = unseal(connection.sealed)["messages"][0]["value"]
    url = reverse("inboxes:rotate", args=[connection.inbox_id, "messages"])
    body = page.post(url, {"keep": "1"}).content.decode()
    connection.refresh_from_db()
    kept = unseal(connection.sealed)["messages"]
    new = kept[0]["value"]
    assert (new in body, before in body) == (True, False)
    assert good_at(kept, now()) == [new, before]
    clock.shift(24 * 3600 + 1)
    assert good_at(kept, now()) == [new]
    # It should be gone at once where it became known
    page.post(url, {})
    connection.refresh_from_db()
    kept = unseal(connection.sealed)["messages"]
    assert (len(kept), kept[0]["value"] != new) == (1, True)
    events = Event.objects.filter(name="secret.rotated").order_by("pk").values_list("data", flat=True)
    assert list(events) == [
        {"secret": "messages", "keeps_old": True},
        {"secret": "messages", "keeps_old": False},
    ]


def test_secret_of_another_name_is_not_there(page, connection):
    url = reverse("inboxes:rotate", args=[connection.inbox_id, "imap_password"])
    assert page.post(url).status_code == 404


def test_who_sets_up_one_teams_inboxes_stays_there(client_for, brand, team):
    lead = grant(UserFactory(), "Admin", brand=brand, team=team)
    TeamFactory(pool=brand.pool, name="Others")
    page = client_for(lead)
    response = page.post(f"{LIST}new/?kind=api", api_form(brand))
    assert (response.status_code, "inboxes of one team only" in response.content.decode()) == (422, True)
    assert page.post(f"{LIST}new/?kind=api", api_form(brand, default_team=team.pk)).status_code == 200


def test_inbox_that_is_not_in_use_takes_nothing(page, brand, client):
    inbox = InboxFactory(brand=brand, kind="form", key="write")
    Connection.objects.create(inbox=inbox)
    assert client.get("/f/write/").status_code == 200
    fields = values(page.get(f"{LIST}{inbox.pk}/"))
    del fields["is_active"]
    page.post(f"{LIST}{inbox.pk}/", fields)
    assert client.get("/f/write/").status_code == 404
