import pytest

from accounts.domain import events, sessions, throttle
from accounts.domain.errors import SignInLocked, SignInRefused
from accounts.models import SignInThrottle
from journal.models import Event
from tests.factories.accounts import PASSWORD, UserFactory

NET = "192.0.2.7"


def fail(email="alice@example.com", network=NET):
    with pytest.raises((SignInRefused, SignInLocked)) as caught:
        sessions.check_credentials(email, "wrong", network=network)
    return caught.type


def test_right_password_is_taken(alice):
    assert sessions.check_credentials("Alice@Example.com ", PASSWORD, network=NET) == alice


def test_wrong_password_is_refused(alice):
    with pytest.raises(SignInRefused):
        sessions.check_credentials("alice@example.com", "wrong", network=NET)


def test_deactivated_person_is_refused_like_a_wrong_password(alice):
    alice.is_active = False
    alice.save(update_fields=["is_active"])

    with pytest.raises(SignInRefused):
        sessions.check_credentials("alice@example.com", PASSWORD, network=NET)


def test_fifth_failure_locks_the_address_even_for_the_right_password(alice, clock):
    assert [fail() for _ in range(5)] == [SignInRefused] * 4 + [SignInLocked]

    with pytest.raises(SignInLocked) as caught:
        sessions.check_credentials("alice@example.com", PASSWORD, network="198.51.100.1")
    assert f"{caught.value.until:%H:%M}" == "09:15"


def test_unknown_address_is_locked_just_the_same(db, clock):
    assert [fail("ghost@example.com") for _ in range(5)] == [SignInRefused] * 4 + [SignInLocked]
    assert fail("ghost@example.com") is SignInLocked


def test_lock_ends_by_itself_and_the_count_starts_afresh(alice, clock):
    for _ in range(5):
        fail()
    clock.shift(15 * 60 + 1)

    assert fail() is SignInRefused
    assert sessions.check_credentials("alice@example.com", PASSWORD, network=NET) == alice


def test_attempts_during_the_lock_do_not_make_it_longer(alice, clock):
    for _ in range(5):
        fail()
    until = throttle.locked_until([throttle.email_key("alice@example.com")])
    clock.shift(600)
    fail()

    assert throttle.locked_until([throttle.email_key("alice@example.com")]) == until


def test_failures_further_apart_than_the_window_do_not_add_up(alice, clock):
    for _ in range(4):
        fail()
    clock.shift(15 * 60 + 1)

    assert fail() is SignInRefused


def test_success_forgets_the_failures_of_the_address(alice, clock):
    for _ in range(4):
        fail()
    sessions.check_credentials("alice@example.com", PASSWORD, network=NET)

    assert [fail() for _ in range(4)] == [SignInRefused] * 4


def test_network_is_locked_after_many_failures_over_many_addresses(alice, clock, settings):
    settings.SIGN_IN_FAILURES = {"email": 5, "net": 7}
    refused = [fail(f"person{n}@example.com") for n in range(7)]

    assert refused == [SignInRefused] * 6 + [SignInLocked]
    with pytest.raises(SignInLocked):
        sessions.check_credentials("alice@example.com", PASSWORD, network=NET)
    assert sessions.check_credentials("alice@example.com", PASSWORD, network="203.0.113.9") == alice


def test_lock_is_a_security_event_once_without_the_address(alice, clock):
    for _ in range(7):
        fail()

    event = Event.objects.get(name=events.LOCKED_OUT)
    assert (event.subject, event.data) == (f"user:{alice.pk}", {"by": "email"})


def test_count_over_the_limit_is_refused_before_the_password_is_looked_at(alice, clock):
    """Guesses sent at the same moment are counted before any of them is answered."""
    key = throttle.email_key("alice@example.com")
    for _ in range(5):
        throttle.count_attempt(key)

    with pytest.raises(SignInLocked):
        sessions.check_credentials("alice@example.com", PASSWORD, network=NET)


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "net:192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "net:2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "net:192.0.2.7"),
        ("fe80::1%eth0", "net:fe80::/64"),
        ("", None),
        ("unix:", None),
    ],
)
def test_network_key(address, key):
    assert throttle.network_key(address) == key


def test_sweep_drops_old_rows_and_keeps_locks(alice, clock):
    fail()
    clock.shift(3600)
    fail("ghost@example.com")

    assert throttle.sweep() == 1
    assert SignInThrottle.objects.count() == 2


def test_end_all_sessions_is_recorded_and_changes_the_session_hash(alice):
    before = alice.get_session_auth_hash()

    sessions.end_all_sessions(alice, actor="system")

    assert alice.get_session_auth_hash() != before
    assert Event.objects.get().data == {"everywhere": True}


def test_who_has_the_same_address_in_capitals_signs_in_apart(db):
    """Once their sign-in failed for both; and a right password of one must not forget the guesses at the other."""
    alis, other = UserFactory(email="alis@example.com"), UserFactory(email="alıs@example.com")

    assert sessions.check_credentials("ALIS@example.com", PASSWORD, network=NET) == alis
    fail("alis@example.com")
    assert sessions.check_credentials("alıs@example.com", PASSWORD, network=NET) == other
    assert SignInThrottle.objects.get(key="email:alis@example.com").failures == 1
