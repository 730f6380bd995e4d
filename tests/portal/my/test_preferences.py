"""What a customer allows, in their own pages, and what follows from it."""

import pytest

from customers.domain.consent import consents_of, wants_surveys
from customers.models import Consent
from tests.factories.customers import IdentityFactory

pytestmark = pytest.mark.django_db
PAGE = "/help/nordlicht-home/my/preferences/"


def test_refusing_surveys_is_kept_and_heeded(sign_in, brand, dana):
    client = sign_in(brand)
    assert wants_surveys(dana)
    client.post(PAGE, {"language": "de", "calls": "on"})
    assert not wants_surveys(dana)
    word = Consent.objects.get()
    assert (word.purpose, word.is_given, word.way, word.customer) == ("surveys", False, "portal", dana)
    dana.refresh_from_db()
    assert dana.language == "de"


def test_same_again_is_no_new_word(sign_in, brand, dana):
    client = sign_in(brand)
    for _ in range(2):
        client.post(PAGE, {"surveys": "on"})
    assert [(one.purpose, one.is_given) for one in Consent.objects.all()] == [("calls", False)]


def test_calls_refused_are_told_to_the_colleague(sign_in, brand, dana, client_for, alice):
    sign_in(brand).post(PAGE, {"surveys": "on"})
    panel = client_for(alice).get(f"/desk/customers/{dana.pk}/panel/").content.decode()
    assert "Wants no calls" in panel
    page = client_for(alice).get(f"/desk/privacy/customers/{dana.pk}/").content.decode()
    assert "In the help centre" in page


def test_colleague_writes_down_what_was_said(client_for, alice, charlie, dana):
    client_for(alice).post(f"/desk/customers/{dana.pk}/consent/", {"purpose": "calls", "given": "no"})
    assert not consents_of(dana)["calls"]
    assert Consent.objects.get().way == "agent"
    for given in ({"purpose": "nonsense", "given": "no"}, {}):
        client_for(alice).post(f"/desk/customers/{dana.pk}/consent/", given)
    assert Consent.objects.count() == 1
    foreign = client_for(charlie).post(
        f"/desk/customers/{dana.pk}/consent/", {"purpose": "surveys", "given": "no"}
    )
    assert (foreign.status_code, wants_surveys(dana)) == (404, True)


def test_unknown_language_is_refused(sign_in, brand, dana):
    assert sign_in(brand).post(PAGE, {"language": "xx"}).status_code == 422


def test_who_proved_less_speaks_for_nobody_else(sign_in, brand, dana):
    IdentityFactory(customer=dana, value="erik@example.org", evidence="claimed")
    erik = sign_in(brand, "erik@example.org")
    assert erik.get(PAGE).status_code == erik.post(PAGE, {"language": "de"}).status_code == 404
    dana.refresh_from_db()
    assert (dana.language, consents_of(dana)) == ("", {"surveys": True, "calls": True})
