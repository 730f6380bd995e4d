from django.urls import reverse

from accounts.domain.links import Kind, token_for
from accounts.domain.tokens import find
from accounts.models import ApiToken
from tests.factories.accounts import api_token, confirmed

TOKENS = reverse("accounts:tokens")


def test_a_token_is_shown_once_and_may_what_was_chosen(alice, client_for):
    client = confirmed(client_for(alice))
    made = client.post(
        reverse("accounts:token_new"), {"name": "Shop", "days": "30", "scopes": ["ticket.view"]}
    )
    text = made.context["text"]

    assert text in made.content.decode()
    assert text not in client.get(TOKENS).content.decode()
    assert find(text).scopes == ["ticket.view"]


def test_a_token_is_made_only_by_who_has_just_shown_who_they_are(alice, client_for):
    answer = client_for(alice).post(
        reverse("accounts:token_new"), {"name": "Shop", "scopes": ["ticket.view"]}
    )

    assert answer.url.startswith(reverse("accounts:confirm"))
    assert not ApiToken.objects.exists()


def test_nobody_gives_a_token_more_than_they_may(alice, client_for):
    form = {"name": "Shop", "days": "", "scopes": ["users.manage"]}

    assert confirmed(client_for(alice)).post(reverse("accounts:token_new"), form).status_code == 422
    assert not ApiToken.objects.exists()


def test_one_sees_and_revokes_ones_own_and_admins_everybodys(admin, alice, bob, client_for):
    for user in (alice, bob):
        api_token(user, "ticket.view", token=user.email, name=f"of {user.name}")
    mine, other = (ApiToken.objects.get(user=user) for user in (alice, bob))
    page = client_for(alice).get(TOKENS).content.decode()
    refused = client_for(alice).post(reverse("accounts:token_revoke", args=[other.pk]))
    for client, token in ((client_for(alice), mine), (client_for(admin), other)):
        client.post(reverse("accounts:token_revoke", args=[token.pk]))

    assert ("of Alice Adams" in page, "of Bob Brown" in page) == (True, False)
    assert refused.status_code == 404
    assert ApiToken.objects.filter(revoked_at=None).count() == 0
    assert "of Bob Brown" in client_for(admin).get(TOKENS).content.decode()


def test_who_sets_a_new_password_is_told_of_tokens(alice, client_for, client):
    """A program goes on; but somebody else may have made the token with the old password."""
    api_token(alice, "ticket.view", token="of-alice")
    link = reverse("accounts:reset_confirm", args=[token_for(alice, Kind.RESET)])
    after_reset = client.post(link, {"password": "another good phrase"}, follow=True).content.decode()
    alice.refresh_from_db()
    changed = client_for(alice).post(
        reverse("accounts:change_password"),
        {"current": "another good phrase", "password": "yet another good phrase"},
        follow=True,
    )

    told = "1 API token of yours goes on working"
    assert (told in after_reset, told in changed.content.decode(), find("of-alice") is None) == (
        True,
        True,
        False,
    )
