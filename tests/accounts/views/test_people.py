import pytest
from django.urls import reverse

from accounts.models import User
from tests.factories.accounts import UserFactory, confirmed, grant, role

PEOPLE = reverse("accounts:people")


@pytest.fixture
def brand_admin(brand):
    return grant(UserFactory(name="Brenda Boss"), "Admin", brand=brand)


def test_people_page_lists_who_is_in_reach(brand_admin, alice, charlie, client_for):
    page = client_for(brand_admin).get(PEOPLE).content.decode()

    assert "Alice Adams" in page
    assert "Charlie Clark" not in page


def test_people_page_is_no_page_for_agents(alice, client_for):
    assert client_for(alice).get(PEOPLE).status_code == 404


def test_people_can_be_found_by_name_and_address(admin, alice, bob, client_for):
    page = client_for(admin).get(PEOPLE, {"q": "ali example"}).content.decode()

    assert "Alice Adams" in page
    assert "Bob Brown" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_people_page_needs_a_constant_number_of_queries(
    admin, brand, client_for, django_assert_num_queries, count
):
    for _ in range(count):
        grant(UserFactory(), "Agent", brand=brand)
    client = client_for(admin)
    client.get(PEOPLE)
    with django_assert_num_queries(6):  # session, user, own grants, count, people, their grants
        client.get(PEOPLE)


def test_invite_from_the_page(brand_admin, brand, client_for):
    values = {
        "name": "Nina",
        "email": "nina@example.com",
        "role": role("Agent").pk,
        "brand": brand.pk,
        "team": "",
    }
    response = confirmed(client_for(brand_admin)).post(reverse("accounts:invite"), values)

    assert response.url == PEOPLE
    assert User.objects.get(email="nina@example.com").grants.get().brand == brand


def test_invite_offers_no_place_out_of_reach(brand_admin, other_brand, brand, client_for):
    client = confirmed(client_for(brand_admin))
    page = client.get(reverse("accounts:invite")).content.decode()

    assert "All brands" not in page
    assert "Weststern" not in page
    values = {"name": "N", "email": "n@example.com", "role": role("Agent").pk, "team": ""}
    for place in ("", other_brand.pk):
        assert client.post(reverse("accounts:invite"), values | {"brand": place}).status_code == 422


def test_invite_of_a_known_address_says_so(admin, alice, client_for):
    values = {"name": "A", "email": "alice@example.com", "role": role("Agent").pk, "brand": "", "team": ""}
    response = confirmed(client_for(admin)).post(reverse("accounts:invite"), values)

    assert response.status_code == 422
    assert "There is a person with this address already." in response.content.decode()


def test_person_out_of_reach_is_not_found(brand_admin, charlie, client_for):
    assert client_for(brand_admin).get(reverse("accounts:person", args=[charlie.pk])).status_code == 404


def test_grant_is_given_and_taken_away(admin, alice, second_brand, client_for):
    client = client_for(admin)
    place = {"role": role("Lead").pk, "brand": second_brand.pk, "team": ""}
    add = reverse("accounts:add_grant", args=[alice.pk])

    assert client.post(add, place).url.startswith(reverse("accounts:confirm"))
    assert not alice.grants.filter(brand=second_brand).exists()
    confirmed(client).post(add, place)
    given = alice.grants.get(brand=second_brand)
    client.post(reverse("accounts:remove_grant", args=[alice.pk, given.pk]))

    assert not alice.grants.filter(pk=given.pk).exists()


def test_grant_of_somebody_else_cannot_be_taken_through_this_page(admin, alice, bob, client_for):
    address = reverse("accounts:remove_grant", args=[alice.pk, bob.grants.get().pk])

    assert client_for(admin).post(address).status_code == 404
    assert bob.grants.exists()


def test_grant_beyond_the_own_reach_is_refused_with_words(brand, alice, client_for):
    from accounts.models import Grant

    helper = UserFactory()
    Grant.objects.create(user=helper, role=role("Inviter", ("users.manage",)), brand=brand)
    values = {"role": role("Admin").pk, "brand": brand.pk, "team": ""}
    response = confirmed(client_for(helper)).post(reverse("accounts:add_grant", args=[alice.pk]), values)

    assert response.status_code == 422
    assert "You can only give or take what you may do yourself" in response.content.decode()


def test_deactivate_and_activate(admin, alice, client_for):
    client = client_for(admin)

    page = client.post(reverse("accounts:deactivate", args=[alice.pk]), follow=True).content.decode()
    assert "Alice Adams may no longer sign in." in page
    assert "Deactivated" in page
    client.post(reverse("accounts:activate", args=[alice.pk]))
    alice.refresh_from_db()
    assert alice.is_active


def test_deactivate_oneself_is_refused_with_words(admin, client_for):
    page = client_for(admin).post(reverse("accounts:deactivate", args=[admin.pk]), follow=True)

    assert "You cannot deactivate yourself." in page.content.decode()
