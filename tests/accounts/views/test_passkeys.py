import pytest
from django.test import Client
from django.urls import reverse

from accounts.domain import events, second_factor
from accounts.models import Passkey
from journal.models import Event
from tests.factories.accounts import PASSWORD
from tests.factories.device import PRESENT, Device

ASK, ANSWER = reverse("accounts:passkey_ask"), reverse("accounts:passkey_answer")
NEW, ASK_NEW = reverse("accounts:passkey_new"), reverse("accounts:passkey_ask_new")
PROFILE = reverse("accounts:profile")


def browser(host="localhost"):
    return Client(headers={"host": host})


def give_password(client, email="alice@example.com"):
    return client.post(reverse("accounts:sign_in"), {"email": email, "password": PASSWORD})


def register(client, device, name="Telephone"):
    made = device.make(client.post(ASK_NEW).json())
    return client.post(NEW, {"name": name, "answer": made})


@pytest.fixture
def device(alice):
    """Alice has made a passkey on it."""
    mine = Device()
    client = browser()
    give_password(client)
    register(client, mine)
    return mine


def enter(device, client=None):
    """Is the device let in with its passkey alone?"""
    client = client or browser()
    client.post(ANSWER, {"answer": device.answer(client.post(ASK).json())})
    return is_signed_in(client)


def is_signed_in(client):
    return client.get(PROFILE).status_code == 200


def test_first_passkey_comes_with_recovery_codes(alice):
    client = browser()
    give_password(client)
    page = register(client, Device())

    assert page.status_code == 200
    assert second_factor.recovery_codes_left(alice) == 10
    assert [one.name for one in alice.passkeys.all()] == ["Telephone"]


def test_passkey_alone_signs_in(alice, device):
    assert enter(device)
    assert Event.objects.filter(name=events.SIGNED_IN).latest("pk").data == {"how": "passkey"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("origin", "https://localhost.evil.example"),
        ("rp_id", "evil.example"),
        ("flags", PRESENT),
        ("count", -1),
        ("key", Device().key),
        ("handle", b"999999"),
        ("credential_id", b"of somebody unknown"),
    ],
)
def test_answer_that_does_not_fit_is_refused(alice, device, name, value):
    enter(device)
    setattr(device, name, value)

    assert not enter(device)


def test_counter_that_goes_back_is_noted(alice, device):
    enter(device)
    device.count = 1

    assert not enter(device)
    assert Event.objects.get(name=events.PASSKEY_COPIED).subject == f"user:{alice.pk}"


def test_answer_is_good_once(alice, device):
    client = browser()
    said = device.answer(client.post(ASK).json())
    Passkey.objects.update(sign_count=0)
    client.post(ANSWER, {"answer": said})
    client.post(reverse("accounts:sign_out"))
    Passkey.objects.update(sign_count=0)
    client.post(ANSWER, {"answer": said})

    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "nonsense", ["", "{", "[]", '{"id": "aa", "rawId": "aa", "response": {}}', "x" * 30_000]
)
def test_nonsense_is_refused(alice, device, nonsense):
    client = browser()
    client.post(ASK)

    assert client.post(ANSWER, {"answer": nonsense}).status_code == 302
    assert not is_signed_in(client)


def test_passkey_is_the_second_factor_of_its_owner_only(alice, bob, device):
    client = browser()
    assert give_password(client).url == reverse("accounts:second_factor")
    device.flags = PRESENT  # after the password a touch is enough
    client.post(ANSWER, {"answer": device.answer(client.post(ASK).json())})
    assert is_signed_in(client)

    theirs = Device(credential_id=b"of bob")
    of_bob = browser()
    give_password(of_bob, "bob@example.com")
    register(of_bob, theirs)
    client = browser()
    give_password(client)
    client.post(ANSWER, {"answer": theirs.answer(client.post(ASK).json())})
    assert not is_signed_in(client)


def test_question_after_the_password_lets_nobody_in_without_it(alice, device, clock):
    """The weaker question of the second step is not answered as if it had been the only one."""
    client = browser()
    give_password(client)
    device.flags = PRESENT
    said = device.answer(client.post(ASK).json())
    clock.shift(299.9)
    session = client.session
    del session["half_signed_in"]
    session.save()
    client.post(ANSWER, {"answer": said})

    assert not is_signed_in(client)


def test_passkeys_are_not_offered_at_a_bare_number(alice, client_for):
    client = browser("127.0.0.1:8000")
    assert client.post(ASK).status_code == 404
    assert 'data-passkey="get"' not in client.get(reverse("accounts:sign_in")).content.decode()


def test_somebody_elses_passkey_is_not_removed(alice, bob, device):
    client = browser()
    give_password(client, "bob@example.com")
    pk = alice.passkeys.get().pk

    assert client.post(reverse("accounts:passkey_remove"), {"passkey": pk}).status_code == 404
    assert alice.passkeys.count() == 1


def test_right_passkeys_do_not_lock_an_office_and_questions_alone_do(device, settings):
    settings.SIGN_IN_FAILURES = settings.SIGN_IN_FAILURES | {"passkey": 1}

    assert [enter(device) for _ in range(3)] == [True] * 3
    assert [browser().post(ASK).status_code for _ in range(2)] == [200, 429]
