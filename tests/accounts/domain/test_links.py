import pytest

from accounts.domain import passwords
from accounts.domain.errors import LinkInvalid
from accounts.domain.links import Kind, link_for, token_for, user_of_link
from accounts.domain.sessions import end_all_sessions
from tests.factories.accounts import UserFactory

NEW = "another good phrase"


def test_link_leads_to_our_own_address(alice, settings):
    settings.PUBLIC_BASE_URL = "https://care.example.com/"

    assert link_for(alice, Kind.RESET).startswith("https://care.example.com/accounts/reset/")


def test_link_finds_its_user(alice):
    assert user_of_link(Kind.RESET, token_for(alice, Kind.RESET)) == alice


def test_link_is_good_once(alice):
    token = token_for(alice, Kind.RESET)
    passwords.reset_password(token, NEW)

    with pytest.raises(LinkInvalid):
        passwords.reset_password(token, NEW)


def test_link_dies_when_the_password_is_changed_otherwise(alice):
    token = token_for(alice, Kind.RESET)
    passwords.change_password(alice, NEW)

    with pytest.raises(LinkInvalid):
        user_of_link(Kind.RESET, token)


def test_reset_link_is_good_for_a_day(alice, clock):
    token = token_for(alice, Kind.RESET)
    clock.shift(24 * 3600 - 5)
    assert user_of_link(Kind.RESET, token) == alice

    clock.shift(10)
    with pytest.raises(LinkInvalid):
        user_of_link(Kind.RESET, token)


def test_invitation_is_good_for_seven_days(db, clock):
    user = UserFactory()
    token = token_for(user, Kind.INVITATION)
    clock.shift(7 * 24 * 3600 - 5)
    assert user_of_link(Kind.INVITATION, token) == user

    clock.shift(10)
    with pytest.raises(LinkInvalid):
        user_of_link(Kind.INVITATION, token)


def test_link_of_one_kind_is_no_link_of_the_other(alice):
    with pytest.raises(LinkInvalid):
        user_of_link(Kind.INVITATION, token_for(alice, Kind.RESET))


@pytest.mark.parametrize("spoilt", ["", "1:2:3", "{}x", "x{}", "{}ü"])
def test_forged_link_is_refused(alice, spoilt):
    with pytest.raises(LinkInvalid):
        user_of_link(Kind.RESET, spoilt.format(token_for(alice, Kind.RESET)))


def test_link_of_a_deactivated_person_is_dead(alice):
    token = token_for(alice, Kind.RESET)
    alice.is_active = False
    alice.save(update_fields=["is_active"])

    with pytest.raises(LinkInvalid):
        user_of_link(Kind.RESET, token)


def test_link_dies_when_the_person_signs_out_everywhere(alice):
    token = token_for(alice, Kind.RESET)
    end_all_sessions(alice, actor="system")

    with pytest.raises(LinkInvalid):
        user_of_link(Kind.RESET, token)
