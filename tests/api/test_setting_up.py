"""Fields, office hours and what else is set up by the API: as its page would, refused as there, seen by who has it."""

from accounts.models import Team
from carecenter.api.models import StoredAnswer
from customers.models import OwnField
from journal.models import Event
from tests.factories.accounts import UserFactory, grant
from tests.factories.surveys import SurveyFactory
from tests.factories.tickets import TicketFactory
from workforce.models import Hours


def test_a_field_with_choices_and_a_condition_is_kept_as_it_is_read(api, admin, brand):
    client = api(admin)
    choices = [{"name": "Late", "names": {"de": "Zu spät"}}, {"name": "Damaged"}]
    body = {"name": "Reason", "kind": "choice", "pool": brand.pool_id, "choices": choices, "hint": "Why?"}
    reason = client.post("admin/fields/", body).json()
    assert [(one["code"], one["names"]) for one in reason["choices"]] == [
        ("late", {"de": "Zu spät"}),
        ("damaged", {}),
    ]
    body = {"name": "Photo", "kind": "yes_no", "pool": brand.pool_id, "key": "photo"}
    body["conditions"] = [{"field": "reason", "values": ["damaged"]}]
    photo = client.post("admin/fields/", body).json()
    path = f"admin/fields/{reason['id']}/"
    etag = client.get(path)["ETag"]
    changed = client.patch(path, {"names": {"de": "Grund"}}, if_match=etag)
    assert changed.json() == {**reason, "names": {"de": "Grund"}}
    assert client.patch(path, {"name": "Why"}, if_match=etag).status_code == 412
    assert client.post(f"{path}retire/").json()["type"] == "urn:carecenter:problem:not-allowed"
    assert client.post(f"admin/fields/{photo['id']}/retire/").json()["is_retired"] is True
    assert client.post(f"admin/fields/{photo['id']}/restore/").json()["is_retired"] is False
    order = {"pool": brand.pool_id, "ids": [photo["id"], reason["id"]]}
    assert client.post("admin/fields/order/", order).status_code == 204
    assert list(OwnField.objects.order_by("position").values_list("pk", flat=True)) == order["ids"]
    wrong = client.post(
        "admin/fields/", {"name": "X", "kind": "text", "pool": brand.pool_id, "key": "No key!"}
    )
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "/key")


def test_a_field_of_every_brand_is_for_who_has_every_brand(api, brand, second_brand):
    """The pool has a second brand, which is not hers."""
    client = api(grant(UserFactory(), "Admin", brand=brand))
    body = {"name": "Reason", "kind": "text", "pool": brand.pool_id}
    assert client.post("admin/fields/", body).json()["errors"][0]["pointer"] == "/brand"
    assert client.post("admin/fields/", {**body, "brand": second_brand.pk}).status_code == 400
    made = client.post("admin/fields/", {**body, "brand": brand.pk})
    assert made.status_code == 201
    widened = client.patch(f"admin/fields/{made.json()['id']}/", {"brand": None}, if_match=made["ETag"])
    assert widened.status_code == 400
    assert (
        client.post("admin/fields/", {**body, "about": "customer"}).json()["errors"][0]["pointer"] == "/about"
    )


def test_office_hours_are_written_as_a_week_with_holidays(api, admin, brand, other_brand):
    client = api(admin)
    day = [["09:00", "12:30"], ["13:00", "17:00"]]
    body = {
        "name": "Office", "pool": brand.pool_id, "zone": "Europe/Berlin", "weekly": [day, day, [["20:00", "02:00"]]],
        "special_days": [{"on": "2027-05-14", "name": "Outing"}], "country": "DE", "region": "BE",
    }  # fmt: skip
    made = client.post("admin/hours/", body)
    hours = made.json()
    assert hours["weekly"] == [day, day, [["20:00", "24:00"]], [["00:00", "02:00"]], [], [], []]
    assert hours["special_days"] == [{"on": "2027-05-14", "name": "Outing", "open": [], "yearly": False}]
    assert "2026-12-25" in [one["on"] for one in hours["holidays"]]
    path = f"admin/hours/{hours['id']}/"
    changed = client.patch(path, {"name": "House"}, if_match=made["ETag"]).json()
    assert changed == {**hours, "name": "House"}
    wrong = client.patch(path, {"weekly": [[["9 o'c", "10:00"]]]}, if_match="*").json()
    assert [one["pointer"] for one in wrong["errors"]] == ["/weekly"]
    assert client.post("admin/hours/", {**body, "name": "House"}).status_code == 409
    assert api(grant(UserFactory(), "Admin", brand=other_brand)).post("admin/hours/", body).status_code == 400
    assert client.post(f"{path}delete/").status_code == 204
    assert not Hours.objects.exists()


def test_a_team_ends_when_nothing_is_tied_to_it(api, admin, brand, team):
    ticket = TicketFactory(brand=brand, team=team)
    refused = api(admin).post(f"admin/teams/{team.pk}/end/")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:carecenter:problem:in-use")
    free = Team.objects.create(pool=brand.pool, name="Free")
    assert api(admin).post(f"admin/teams/{free.pk}/end/").status_code == 204
    assert Team.objects.get() == ticket.team


def test_a_survey_is_kept_as_it_is_read(api, admin, brand):
    client = api(admin)
    body = {
        "brand": brand.pk, "name": "Afterwards", "measure": "csat", "look": "stars",
        "words": {"de": {"question": "Gut?"}},
        "questions": [{"type": "choice", "words": {"en": "Why?"}, "options": [{"en": "Fast"}, {"en": "Kind"}]}],
    }  # fmt: skip
    made = client.post("admin/surveys/", body)
    survey = made.json()
    asked = survey["questions"][0]
    assert (survey["words"], asked["options"]) == (body["words"], body["questions"][0]["options"])
    path = f"admin/surveys/{survey['id']}/"
    off = client.patch(path, {"is_active": False}, if_match=made["ETag"])
    assert off.json() == {**survey, "is_active": False}
    one = {**body["questions"][0], "options": [{"en": "Fast"}]}
    wrong = client.patch(path, {"questions": [one]}, if_match="*").json()
    assert wrong["errors"][0]["pointer"] == "/questions"
    assert client.post(f"{path}delete/").status_code == 204
    settings = f"admin/survey-settings/{brand.pk}/"
    etag = client.get(settings)["ETag"]
    assert client.patch(settings, {"quiet_from": "21:00"}, if_match=etag).json()["quiet_from"] == "21:00"
    assert client.patch(settings, {"low_csat": 9}, if_match="*").json()["errors"][0]["pointer"] == "/low_csat"


def test_a_rule_asks_a_survey_of_its_own_brand(api, admin, brand, other_brand):
    client = api(admin)
    body = {"survey": SurveyFactory(brand=brand).pk, "trigger": "solved", "delay_seconds": 5400}
    body |= {"tags": ["late"], "kinds": ["email"]}
    made = client.post("admin/survey-rules/", body)
    assert {name: made.json()[name] for name in body} == body
    path = f"admin/survey-rules/{made.json()['id']}/"
    sooner = client.patch(path, {"delay_seconds": 60}, if_match=made["ETag"])
    assert sooner.json() == {**made.json(), "delay_seconds": 60}
    foreign = SurveyFactory(brand=other_brand)
    assert client.patch(path, {"survey": foreign.pk}, if_match="*").status_code == 400
    theirs = api(grant(UserFactory(), "Admin", brand=other_brand))
    assert theirs.post("admin/survey-rules/", body).status_code == 400
    assert theirs.patch(path, {"delay_seconds": 0}, if_match="*").status_code == 404
    second = client.post("admin/survey-rules/", body).json()
    assert client.post(f"admin/survey-rules/{second['id']}/move/", {"to": "up"}).json()["position"] == 0
    assert client.post(f"{path}delete/").status_code == 204


def test_retention_waits_a_week_and_an_export_is_for_who_has_everything(
    api, admin, brand, second_brand, inbox
):
    client = api(admin)
    path = f"admin/retention/{inbox.pk}/"
    etag = client.get(path)["ETag"]
    assert client.patch(path, {"tag": "keep"}, if_match=etag).json()["errors"][0]["pointer"] == "/months"
    on = client.patch(path, {"months": 24, "tag": "Keep"}, if_match=etag).json()
    assert (on["months"], on["tag"], on["erased"]) == (24, "keep", 0)
    assert on["begins_at"] > Event.objects.get(name="retention.switched_on").at.isoformat()
    assert client.post(f"{path}off/").json()["months"] is None
    made = client.post("admin/exports/", {"pool": brand.pool_id}).json()
    assert client.post("admin/exports/", {"pool": brand.pool_id}).status_code == 409
    assert client.post(f"admin/exports/{made['token']}/drop/").json()["state"] == "cancelled"
    half = api(grant(UserFactory(), "Admin", brand=brand))
    assert half.post("admin/exports/", {"pool": brand.pool_id}).status_code == 400
    assert half.get(f"admin/exports/{made['token']}/").status_code == 404


def test_an_inbox_is_opened_changed_and_tells_no_secret_twice(
    api, admin, brand, second_brand, team, other_team
):
    client = api(admin)
    settings = {"url": "https://shop.example/answers", "vouches_for": ["external"]}
    body = {"brand": brand.pk, "kind": "api", "name": "Shop", "key": "shop", "settings": settings}
    made = client.post("admin/inboxes/", body, idempotency_key="shop")
    secret = made.json()["made"]["messages"]
    assert client.post("admin/inboxes/", body, idempotency_key="shop").json() == made.json()
    assert secret not in StoredAnswer.objects.get().body
    assert secret.startswith("whsec_")
    path = f"admin/inboxes/{made.json()['id']}/"
    kept = client.get(path)
    assert (kept.json()["settings"], kept.json()["secrets"]) == (settings, ["answers", "messages"])
    assert secret not in kept.content.decode() + client.get("admin/inboxes/").content.decode()
    changed = client.patch(path, {"default_team": team.pk, "settings": {"url": "ftp://shop"}}, if_match="*")
    assert changed.json()["errors"][0]["pointer"] == "/settings"
    changed = client.patch(path, {"default_team": team.pk}, if_match=kept["ETag"]).json()
    assert changed == {**kept.json(), "default_team": team.pk}
    assert client.patch(path, {"default_team": other_team.pk}, if_match="*").status_code in (400, 409)
    rotated = client.post(f"{path}secrets/messages/", {"keep_old": False}).json()["secret"]
    assert rotated != secret
    assert client.post(f"{path}secrets/nothing/").status_code == 404
    assert client.post("admin/inboxes/", body).status_code == 409
    assert client.post("admin/inboxes/", {**body, "settings": {"no": "such"}}).status_code == 400
    theirs = api(grant(UserFactory(), "Admin", brand=second_brand))
    assert theirs.get(path).status_code == 404
    assert theirs.post("admin/inboxes/", body).json()["errors"][0]["pointer"] == "/brand"


def test_mail_and_its_addresses(api, admin, brand):
    client = api(admin)
    body = {"brand": brand.pk, "kind": "email", "name": "Post", "addresses": ["help@shop.example"]}
    made = client.post("admin/inboxes/", body)
    assert (made.status_code, made.json()["addresses"]) == (201, ["help@shop.example"]), made.json()
    path = f"admin/inboxes/{made.json()['id']}/"
    more = ["help@shop.example", "post@shop.example"]
    assert client.patch(path, {"addresses": more}, if_match=made["ETag"]).json()["addresses"] == more
    wrong = client.patch(path, {"addresses": ["no address"]}, if_match="*").json()
    assert wrong["errors"][0]["pointer"] == "/addresses"
