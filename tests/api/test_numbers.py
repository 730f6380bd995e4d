"""Dashboards, screens on the wall, signatures, categories, what a customer allows, what came in, by the API."""

from accounts.access import has
from accounts.permissions import INSIGHTS_VIEW
from insights.models import Board, BoardMail
from journal.models import Event
from knowledge_base.models import Category
from tests.factories.accounts import TeamFactory, UserFactory, grant
from tests.factories.channels import ConnectionFactory, arrive, mail
from tickets.models import Signature


def test_a_dashboard_is_put_together_shared_mailed_deleted_and_brought_back(api, admin, brand, team):
    client = api(admin)
    made = client.post("boards/", {"name": "Mornings"})
    path = f"boards/{made.json()['id']}/"
    for what in ("metric:solved", "metric:created"):
        full = client.post(f"{path}tiles/", {"what": what, "filters": {"span": "30"}}).json()
    assert [(one["what"], one["query"]) for one in full["tiles"]] == [
        ("metric:solved", "span=30"),
        ("metric:created", "span=30"),
    ]
    last = full["tiles"][1]["id"]
    turned = client.post(f"{path}tiles/{last}/move/", {"to": 0}).json()
    assert [one["what"] for one in turned["tiles"]] == ["metric:created", "metric:solved"]
    assert len(client.post(f"{path}tiles/{last}/remove/").json()["tiles"]) == 1
    assert client.post(f"{path}tiles/{last}/remove/").status_code == 404
    assert client.post(f"{path}tiles/", {"what": "metric:none"}).json()["errors"][0]["pointer"] == "/what"
    assert client.patch(path, {"team": team.pk}, if_match=made["ETag"]).status_code == 412
    etag = client.get(path)["ETag"]
    assert client.patch(path, {"team": team.pk}, if_match=etag).json()["team"] == team.pk
    member = grant(UserFactory(), "Manager", brand=brand)
    assert has(member, INSIGHTS_VIEW)
    assert client.post(f"{path}mail/", {"every": "week", "hour": 6}).json()["next_at"] is not None
    assert client.post(f"{path}mail/", {"every": None}).json()["next_at"] is None
    assert not BoardMail.objects.exists()
    assert api(member).get(path).status_code == 404
    team.members.add(member)
    assert api(member).get(path).status_code == 200
    assert api(member).patch(path, {"name": "Mine"}, if_match="*").status_code == 404
    assert client.post(f"{path}delete/").status_code == 204
    assert client.post(f"{path}restore/").json()["name"] == Board.objects.get().name == "Mornings"


def test_a_link_for_a_screen_shows_its_token_once_and_never_more_than_its_maker_may(
    api, admin, team, other_brand
):
    client = api(admin)
    made = client.post("wall-links/", {"name": "Hall", "team": team.pk}).json()
    assert client.client.get(f"/insights/screen/{made['token']}/").status_code == 200
    assert "token" not in client.get("wall-links/").json()["results"][0]
    strange = TeamFactory(pool=other_brand.pool)
    limited = api(grant(UserFactory(), "Manager", brand=team.pool.brands.get()))
    refused = limited.post("wall-links/", {"name": "Hall", "team": strange.pk})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/team")
    assert client.post(f"wall-links/{made['id']}/revoke/").status_code == 204
    assert client.client.get(f"/insights/screen/{made['token']}/").status_code == 404
    limits = client.get("wall-limits/")
    changed = client.patch("wall-limits/", {"waiting_act": 30}, if_match=limits["ETag"]).json()
    assert changed == {**limits.json(), "waiting_act": 30}
    assert client.patch("wall-limits/", {"waiting_act": 1}, if_match="*").status_code == 400


def test_signatures_are_written_with_their_placeholders_looked_at(api, admin, brand, inbox):
    client = api(admin)
    for path in ("signatures/mine/", f"signatures/brands/{brand.pk}/", f"signatures/inboxes/{inbox.pk}/"):
        etag = client.get(path)["ETag"]
        changed = client.patch(path, {"text": "Yours\n{{agent.name}}"}, if_match=etag)
        assert changed.json() == client.get(path).json() == {"text": "Yours\n{{agent.name}}"}
        wrong = client.patch(path, {"text": "{{agent.nam}}"}, if_match="*").json()
        assert wrong["errors"][0]["pointer"] == "/text"
        assert client.patch(path, {"text": ""}, if_match=etag).status_code == 412
    assert Signature.objects.count() == 2
    agent = grant(UserFactory(), "Agent", brand=brand)
    assert api(agent).get(f"signatures/brands/{brand.pk}/").status_code == 403


def test_categories_are_set_up_arranged_and_deleted(api, admin, brand):
    client = api(admin)
    body = {"brand": brand.pk, "names": {"en": "Returns", "de": "Rückgabe"}, "icon": "package"}
    made = client.post("categories/", body)
    first, path = made.json(), f"categories/{made.json()['id']}/"
    assert (first["names"], first["icon"], first["slug"]) == (body["names"], "package", "returns")
    below = client.post(
        "categories/", {"brand": brand.pk, "names": {"en": "Abroad"}, "parent": first["id"]}
    ).json()
    assert client.post(f"{path}delete/").status_code == 409
    changed = client.patch(path, {"abouts": {"en": "How to"}}, if_match=made["ETag"])
    assert changed.json() == {**first, "abouts": {"en": "How to"}}
    assert client.patch(path, {"names": {"de": "X"}}, if_match="*").json()["errors"][0]["pointer"] == "/names"
    order = {"brand": brand.pk, "ids": [below["id"], first["id"]]}
    assert client.post("categories/order/", order).json() == {"before": [first["id"], below["id"]]}
    assert client.post(f"categories/{below['id']}/delete/").status_code == 204
    assert [one.pk for one in Category.objects.all()] == [first["id"]]


def test_what_a_customer_allows_is_kept_once_with_who_said_it(api, admin, brand, dana):
    client, path = api(admin), f"customers/{dana.pk}/consents/"
    assert client.get(path).json() == {"surveys": True, "calls": True}
    for _again in range(2):
        assert client.post(path, {"calls": False}).json() == {"surveys": True, "calls": False}
    event = Event.objects.get(name="customer.preferences_changed")
    assert (event.actor, event.data["way"]) == (f"user:{admin.pk}", "agent")


def test_what_was_held_back_is_decided_once(api, admin, brand, inbox):
    client = api(admin)
    record = arrive(ConnectionFactory(inbox=inbox), mail())
    record.state, record.sender = "parked", "spam@example.net"
    record.save(update_fields=["state", "sender"])
    assert [one["id"] for one in client.get("intake/").json()["results"]] == [record.pk]
    assert client.post(f"intake/{record.pk}/block/").json()["state"] == "ignored"
    assert client.post(f"intake/{record.pk}/ignore/").status_code == 409
    (blocked,) = client.get("blocked-senders/").json()["results"]
    assert blocked["address"] == "spam@example.net"
    assert client.post(f"blocked-senders/{blocked['id']}/unblock/").status_code == 204
    again = client.post(f"intake/{record.pk}/open-anyway/")
    assert (again.status_code, again.json()["state"]) == (202, "new")
