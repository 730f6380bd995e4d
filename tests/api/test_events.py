from accounts.permissions import TICKET_VIEW
from journal.domain.dispatch import number_events
from journal.models import Event
from tests.factories.accounts import UserFactory, grant


def an_event(brand_id, name="ticket.created"):
    return Event.objects.create(
        name=name, actor="system", brand_id=brand_id, ticket_id=7, data={"kind": "email"}
    )


def test_events_are_read_by_position(api, admin, brand):
    events = [an_event(brand.pk) for _ in range(3)]
    an_event(None)
    number_events()
    for event in events:
        event.refresh_from_db()
    client = api(admin)
    first = client.get(f"events/?after={events[0].position - 1}&limit=2").json()
    assert [row["position"] for row in first["results"]] == [event.position for event in events[:2]]
    rest = client.get(first["next"]).json()
    assert [row["brand"] for row in rest["results"]] == [brand.pk, None]
    assert rest["next"] is None
    assert list(rest["results"][0]) == [
        "position", "name", "at", "actor", "brand", "ticket", "customer", "subject", "data",
    ]  # fmt: skip
    assert client.get(f"events/{events[0].position}/").json()["data"] == {"kind": "email"}


def test_an_event_without_a_position_is_not_told_yet(api, admin, brand):
    an_event(brand.pk)
    assert api(admin).get("events/").json()["results"] == []
    number_events()
    assert len(api(admin).get("events/").json()["results"]) == 1


def test_events_need_the_permission_and_are_those_of_ones_brands(
    api, alice, brand, second_brand, other_brand
):
    manager = grant(UserFactory(), "Manager", brand=brand)
    own = an_event(brand.pk)
    foreign = an_event(other_brand.pk)
    an_event(second_brand.pk)
    an_event(None)
    number_events()
    own.refresh_from_db()
    foreign.refresh_from_db()
    client = api(manager)
    assert [row["position"] for row in client.get("events/").json()["results"]] == [own.position]
    assert client.get(f"events/{foreign.position}/").status_code == 404
    assert api(alice).get("events/").status_code == 403
    assert api(manager, TICKET_VIEW).get("events/").status_code == 403
