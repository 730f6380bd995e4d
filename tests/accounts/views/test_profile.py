from django.urls import reverse

from tests.factories.accounts import PASSWORD

PROFILE = reverse("accounts:profile")
NEW = "another good phrase"
VALUES = {
    "name": "Alice A.",
    "language": "de",
    "zone": "Europe/Berlin",
    "theme": "dark",
    "shortcuts": "",
}


def test_profile_is_saved_and_speaks_the_new_language(alice, client_for):
    client = client_for(alice)

    page = client.post(PROFILE, VALUES, follow=True).content.decode()

    alice.refresh_from_db()
    assert (alice.name, alice.zone, alice.theme, alice.shortcuts) == (
        "Alice A.",
        "Europe/Berlin",
        "dark",
        False,
    )
    assert '<html lang="de"' in page
    assert "Ihre Einstellungen sind gespeichert." in page


def test_profile_with_an_unknown_zone_is_not_saved(alice, client_for):
    page = client_for(alice).post(PROFILE, VALUES | {"zone": "Moon/Base"})

    assert page.status_code == 200
    alice.refresh_from_db()
    assert alice.name == "Alice Adams"


def test_profile_needs_a_constant_number_of_queries(alice, client_for, django_assert_num_queries):
    client = client_for(alice)
    client.get(PROFILE)
    with django_assert_num_queries(4):  # session, user, grants to show, grants asked by the navigation
        client.get(PROFILE)


def test_password_is_changed_and_this_session_goes_on(alice, client_for):
    here, there = client_for(alice), client_for(alice)

    here.post(reverse("accounts:change_password"), {"current": PASSWORD, "password": NEW})

    alice.refresh_from_db()
    assert alice.check_password(NEW)
    assert here.get(PROFILE).status_code == 200
    assert there.get(PROFILE).status_code == 302


def test_password_is_not_changed_without_the_current_one(alice, client_for):
    response = client_for(alice).post(
        reverse("accounts:change_password"), {"current": "wrong", "password": NEW}
    )

    assert response.status_code == 422
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_guesses_at_the_current_password_are_counted(alice, client_for):
    client = client_for(alice)
    url = reverse("accounts:change_password")
    statuses = [client.post(url, {"current": "wrong", "password": NEW}).status_code for _ in range(5)]

    assert statuses == [422, 422, 422, 422, 429]
    assert client.post(url, {"current": PASSWORD, "password": NEW}).status_code == 429
