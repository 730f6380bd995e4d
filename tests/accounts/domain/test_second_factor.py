import pytest

from accounts.domain import events, mails, second_factor
from accounts.domain.errors import CodeWrong, OutOfScope, SignInLocked
from accounts.domain.factor_rules import reset_factors
from accounts.models import Authenticator, RecoveryCode
from carecenter.lib import totp
from carecenter.lib.time import now
from journal.models import Event
from tests.factories.accounts import code_of

SECRET = totp.new_secret()


@pytest.fixture
def codes(alice, clock):
    """Alice has an app and these recovery codes."""
    found = second_factor.add_authenticator(alice, SECRET, code_of(SECRET))
    clock.shift(60)
    return found


def wrong(alice, code):
    with pytest.raises((CodeWrong, SignInLocked)) as caught:
        second_factor.check_code(alice, code)
    return caught.type


def test_authenticator_is_kept_only_with_a_right_code(alice, clock):
    with pytest.raises(CodeWrong):
        second_factor.add_authenticator(alice, SECRET, "000000")

    assert not second_factor.has_factor(alice)


def test_secrets_are_not_readable_at_rest(alice, codes):
    assert SECRET not in Authenticator.objects.get().sealed
    plain = codes[0].replace("-", "")
    assert not RecoveryCode.objects.filter(digest__icontains=plain).exists()
    assert len(set(codes)) == RecoveryCode.objects.count() == 10


def test_code_works_once(alice, codes):
    code = code_of(SECRET)

    assert second_factor.check_code(alice, f"{code[:3]} {code[3:]}") == "code"
    assert wrong(alice, code) is CodeWrong


def test_earlier_code_does_not_work_after_a_later_one(alice, codes):
    earlier = totp.code_at(SECRET, totp.step_of(now()) - 1)
    second_factor.check_code(alice, code_of(SECRET))

    assert wrong(alice, earlier) is CodeWrong


def test_code_of_the_set_up_does_not_work_again(alice, clock):
    second_factor.add_authenticator(alice, SECRET, code_of(SECRET))

    assert wrong(alice, code_of(SECRET)) is CodeWrong


def test_recovery_code_works_once_however_it_is_typed(alice, codes):
    assert second_factor.check_code(alice, f" {codes[3].lower()} ") == "recovery"
    assert wrong(alice, codes[3]) is CodeWrong
    assert second_factor.recovery_codes_left(alice) == 9


def test_recovery_code_of_another_person_is_wrong(bob, codes):
    assert wrong(bob, codes[0]) is CodeWrong


def test_new_recovery_codes_make_the_old_void(alice, codes):
    fresh = second_factor.make_recovery_codes(alice)

    assert wrong(alice, codes[0]) is CodeWrong
    assert second_factor.check_code(alice, fresh[0]) == "recovery"


def test_fifth_wrong_code_locks_even_the_right_one(alice, codes):
    assert [wrong(alice, "000000") for _ in range(5)] == [CodeWrong] * 4 + [SignInLocked]
    assert wrong(alice, code_of(SECRET)) is SignInLocked
    assert Event.objects.get(name=events.LOCKED_OUT).data == {"by": "code"}


def test_guesses_at_recovery_codes_lock_too(alice, codes):
    assert [wrong(alice, "AAAAA-AAAAA") for _ in range(5)] == [CodeWrong] * 4 + [SignInLocked]
    assert wrong(alice, codes[0]) is SignInLocked
    assert second_factor.recovery_codes_left(alice) == 10


def test_reset_takes_all_away_and_tells_the_person(alice, admin, codes):
    before = alice.get_session_auth_hash()
    reset_factors(alice, actor=admin)

    alice.refresh_from_db()
    assert not second_factor.has_factor(alice)
    assert second_factor.recovery_codes_left(alice) == 0
    assert alice.get_session_auth_hash() != before
    mail = Event.objects.get(name=events.MAIL_QUEUED)
    assert mail.data == {"kind": "factor_reset"}
    assert mails.deliver(int(mail.subject.partition(":")[2]))


def test_reset_is_refused_to_who_could_not_give_the_grants(alice, charlie, codes):
    with pytest.raises(OutOfScope):
        reset_factors(alice, actor=charlie)
