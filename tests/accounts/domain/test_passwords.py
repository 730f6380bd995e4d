import pytest
from django.core.exceptions import ValidationError

from accounts.domain import events, passwords, sessions
from accounts.domain.errors import AccountError, SignInLocked
from accounts.domain.links import Kind, token_for
from journal.models import Event

NEW = "another good phrase"


def test_accept_invitation_sets_name_and_password(nobody):
    nobody.set_unusable_password()
    nobody.save(update_fields=["password"])

    user = passwords.accept_invitation(token_for(nobody, Kind.INVITATION), NEW, name="Nora N.")

    user.refresh_from_db()
    assert (user.name, user.check_password(NEW)) == ("Nora N.", True)
    assert Event.objects.get().name == events.INVITATION_ACCEPTED


@pytest.mark.parametrize("weak", ["short", "alice@example.com", "password123", "Ichliebedich1"])
def test_weak_password_is_refused(alice, weak):
    with pytest.raises(ValidationError):
        passwords.reset_password(token_for(alice, Kind.RESET), weak)


@pytest.mark.parametrize(
    ("password", "is_taken"),
    [
        ("Carecenter-2026!", False),
        ("nordlicht home 1", False),
        ("Nordlicht#2027??", False),
        ("my nordlicht horse eats hay", True),
        ("9182-7364-5546-1", True),
    ],
)
def test_words_of_the_house_are_no_password(alice, password, is_taken):
    try:
        passwords.change_password(alice, password)
    except ValidationError:
        assert not is_taken
    else:
        assert is_taken


@pytest.mark.parametrize(
    ("password", "is_taken"),
    [
        ("alice-2026-!!", False),
        ("4l1c3 4d4ms 99", False),
        ("Adams.Alice.1", False),
        ("wonder.land 12", False),
        ("harrow-field7", False),
        ("harrow-field.example", False),
        ("alice falls down a well", True),
    ],
    ids=[
        "name",
        "signs-for-letters",
        "turned-round",
        "before-the-at",
        "after-the-at",
        "domain",
        "more-than-that",
    ],
)
def test_what_names_the_person_is_no_password(alice, password, is_taken):
    alice.name, alice.email = "Alice Adams", "wonder.land@harrow-field.example"
    try:
        passwords.validate_password(password, alice)
    except ValidationError:
        assert not is_taken
    else:
        assert is_taken


def test_change_password_ends_other_sessions(alice):
    before = alice.get_session_auth_hash()

    passwords.change_password(alice, NEW)

    assert alice.get_session_auth_hash() != before
    assert Event.objects.get().name == events.PASSWORD_CHANGED


def test_reset_ends_the_lock_of_the_address(alice):
    for _ in range(5):
        with pytest.raises(AccountError):
            sessions.check_credentials("alice@example.com", "wrong")
    with pytest.raises(SignInLocked):
        sessions.check_credentials("alice@example.com", "wrong")

    passwords.reset_password(token_for(alice, Kind.RESET), NEW)

    assert sessions.check_credentials("alice@example.com", NEW) == alice
