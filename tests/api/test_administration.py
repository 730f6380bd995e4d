"""Administration by the API: no more than the person, the token and the place allow."""

import pytest

from accounts.models import ApiToken, Brand, Grant, Team, User
from accounts.permissions import ADMIN_SCOPE, CODES, JOURNAL_READ, TICKET_VIEW, USERS_MANAGE
from tests.factories.accounts import TeamFactory, UserFactory, grant, role


@pytest.fixture
def ruler(brand) -> User:
    """Administers alice's brand, and no other."""
    return grant(UserFactory(name="Rita"), "Admin", brand=brand)


def test_a_token_needs_the_scope_the_person_has_and_more(api, admin, lead):
    """The person's right without the scope, the scope without the right, and both."""
    assert api(admin, *CODES).get("admin/people/").status_code == 403
    assert api(admin, ADMIN_SCOPE, TICKET_VIEW).get("admin/people/").status_code == 403
    assert api(lead).get("admin/people/").status_code == 403
    assert api(admin, ADMIN_SCOPE, USERS_MANAGE).get("admin/people/").status_code == 200


def test_nobody_gives_more_than_they_have(api, alice, ruler, brand, second_brand):
    """Not themselves, not others; not elsewhere; and a token no more than its own scopes hold."""
    admins = role("Admin").pk
    agents = {"role": role("Agent").pk, "brand": brand.pk}
    before = Grant.objects.count()
    assert api(alice).post(f"admin/people/{alice.pk}/grants/", {"role": admins}).status_code == 403
    client = api(ruler)
    everywhere = client.post(f"admin/people/{ruler.pk}/grants/", {"role": admins})
    assert (everywhere.status_code, everywhere.json()["errors"][0]["pointer"]) == (400, "/brand")
    elsewhere = {"role": admins, "brand": second_brand.pk}
    assert client.post(f"admin/people/{ruler.pk}/grants/", elsewhere).status_code == 400
    narrow = api(ruler, ADMIN_SCOPE, USERS_MANAGE).post(f"admin/people/{alice.pk}/grants/", agents)
    assert (narrow.status_code, narrow.json()["type"]) == (403, "urn:carecenter:problem:out-of-scope")
    assert Grant.objects.count() == before


def test_a_person_is_invited_given_a_role_and_let_go(api, admin, ruler, brand):
    client = api(ruler)
    body = {"name": "Eve", "email": "Eve@Example.net", "role": role("Agent").pk, "brand": brand.pk}
    eve = client.post("admin/people/", body, idempotency_key="eve").json()
    assert (eve["email"], eve["invitation"], len(eve["grants"])) == ("eve@example.net", "queued", 1)
    assert client.post("admin/people/", body, idempotency_key="eve").json() == eve
    assert client.post("admin/people/", body).json()["type"] == "urn:carecenter:problem:address-taken"
    again = f"admin/people/{eve['id']}/invite-again/"
    assert [client.post(again).status_code for _time in range(4)] == [204, 204, 204, 429]
    lead_too = {"role": role("Lead").pk, "brand": brand.pk}
    given = client.post(f"admin/people/{eve['id']}/grants/", lead_too).json()["grants"][1]
    where = f"admin/people/{eve['id']}/grants/{given['id']}/remove/"
    assert (client.post(where).status_code, client.post(where).status_code) == (204, 404)
    assert client.post(f"admin/people/{eve['id']}/deactivate/").status_code == 204
    assert client.get(f"admin/people/{eve['id']}/").json()["is_active"] is False
    assert client.get("admin/people/?is_active=false").json()["results"][0]["id"] == eve["id"]
    assert client.post(f"admin/people/{ruler.pk}/deactivate/").status_code == 409


def test_grants_of_other_places_are_not_told(api, ruler, alice, other_brand):
    """Somebody who works for two clients: each sees their own half, and ends no more than it."""
    grant(alice, "Agent", brand=other_brand)
    person = api(ruler).get(f"admin/people/{alice.pk}/").json()
    assert [one["brand"] for one in person["grants"]] == [
        Grant.objects.get(pk=person["grants"][0]["id"]).brand_id
    ]
    hidden = Grant.objects.get(user=alice, brand=other_brand)
    assert api(ruler).post(f"admin/people/{alice.pk}/grants/{hidden.pk}/remove/").status_code == 404
    assert api(ruler).post(f"admin/people/{alice.pk}/deactivate/").status_code == 403


def test_teams_are_set_up_and_changed_by_who_has_the_whole_pool(
    api, admin, ruler, alice, brand, second_brand
):
    client = api(admin)
    made = client.post("admin/teams/", {"name": "Night", "pool": brand.pool_id})
    path = f"admin/teams/{made.json()['id']}/"
    assert client.post(f"{path}members/", {"user": alice.pk}).json()["members"] == [alice.pk]
    assert client.patch(path, {"name": "Late"}).status_code == 428
    assert client.patch(path, {"name": "Late"}, if_match=made["ETag"]).status_code == 412
    seen = client.get(path)["ETag"]
    assert client.patch(path, {"name": "Late"}, if_match=seen).json()["name"] == "Late"
    # the pool has a second brand, which is not the other one's
    assert api(ruler).patch(path, {"name": "Mine"}, if_match="*").status_code == 403
    assert client.post(f"{path}members/{alice.pk}/remove/").json()["members"] == []
    assert client.post(f"{path}members/{alice.pk}/remove/").status_code == 404
    assert client.post("admin/teams/", {"name": "Late", "pool": brand.pool_id}).status_code == 409


def test_brands_are_begun_changed_and_put_away(api, admin, ruler, brand, second_brand):
    client = api(admin)
    body = {"name": "Lamps", "language": "de", "zone": "Europe/Berlin", "color": "#2F6F4F"}
    made = client.post("admin/brands/", body)
    path = f"admin/brands/{made.json()['id']}/"
    assert (made.json()["color"], made.json()["slug"]) == ("#2f6f4f", "lamps")
    changed = client.patch(path, {"zone": "Nowhere/At all"}, if_match=made["ETag"])
    assert (changed.status_code, changed.json()["errors"][0]["pointer"]) == (400, "/zone")
    assert client.patch(path, {"color": "#000000"}, if_match=made["ETag"]).json()["color"] == "#000000"
    assert client.post(f"{path}archive/").json()["archived_at"]
    assert client.post(f"{path}restore/").json()["archived_at"] is None
    assert client.post(f"{path}delete/").status_code == 204
    assert not Brand.objects.filter(name="Lamps").exists()
    assert api(ruler).post("admin/brands/", body).status_code == 403
    assert (
        api(ruler).patch(f"admin/brands/{second_brand.pk}/", {"name": "Mine"}, if_match="*").status_code
        == 404
    )


def test_tokens_are_looked_after_never_made_and_their_text_is_nowhere(api, admin, ruler):
    theirs = api(ruler)
    mine = api(admin)
    rows = mine.get("admin/tokens/").json()["results"]
    assert [row["user"] for row in rows] == [admin.pk, ruler.pk]
    assert not {"digest", "token", "text"} & set(rows[0])
    assert mine.post("admin/tokens/", {}).status_code == 405
    foreign = ApiToken.objects.get(user=admin)
    assert theirs.post(f"admin/tokens/{foreign.pk}/revoke/").status_code == 404
    assert mine.post(f"admin/tokens/{rows[1]['id']}/revoke/").json()["revoked_at"]
    assert theirs.get("users/me/").status_code == 401


def test_a_team_of_the_other_pool_is_given_to_nobody(api, ruler, alice, other_brand):
    """Named in a body, it is as if it did not exist."""
    foreign: Team = TeamFactory(pool=other_brand.pool)
    client = api(ruler)
    body = {
        "role": role("Agent").pk,
        "brand": Grant.objects.filter(user=ruler).get().brand_id,
        "team": foreign.pk,
    }
    assert client.post(f"admin/people/{alice.pk}/grants/", body).status_code == 400
    assert client.post("admin/teams/", {"name": "Mine", "pool": other_brand.pool_id}).status_code == 400


def test_health_is_told_to_who_reads_the_journal_of_every_brand(api, admin, ruler):
    found = api(admin, ADMIN_SCOPE, JOURNAL_READ).get("admin/health/").json()
    assert (found["state"], found["versions"].keys()) == ("trouble", {"Python", "Django", "PostgreSQL"})
    workers = next(sign for sign in found["signs"] if sign["code"] == "workers_up")
    assert (workers["value"], workers["unit"], workers["state"]) == (0, "flag", "trouble")
    assert workers["advice"].startswith("Start a worker")
    assert {sign["advice"] for sign in found["signs"] if sign["state"] == "ok"} == {""}
    assert api(ruler, ADMIN_SCOPE, JOURNAL_READ).get("admin/health/").status_code == 404
