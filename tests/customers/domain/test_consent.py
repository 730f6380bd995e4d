"""What a customer allowed us: the latest word counts, whichever row of the person it was said on."""

import pytest

from customers.domain.consent import consents_of, set_consents, wants_surveys
from customers.domain.merge import merge
from customers.models import Consent
from journal.models import Event
from tests.factories.customers import CustomerFactory

pytestmark = pytest.mark.django_db


def test_without_a_word_we_may(dana):
    assert consents_of(dana) == {"surveys": True, "calls": True}


def test_latest_word_counts(dana, alice):
    set_consents(dana, {"surveys": False}, way="portal")
    set_consents(dana, {"surveys": True}, way="agent", actor=alice)
    assert wants_surveys(dana)
    assert [one.is_given for one in Consent.objects.order_by("pk")] == [False, True]
    actors = Event.objects.filter(name="customer.preferences_changed").order_by("pk")
    assert [one.actor for one in actors] == [f"customer:{dana.pk}", f"user:{alice.pk}"]


def test_word_of_a_merged_row_counts_for_the_person(dana, pool):
    other = CustomerFactory(pool=pool)
    set_consents(other, {"surveys": False}, way="survey")
    merge(dana, other, actor=None)
    assert not wants_surveys(dana)
    assert not wants_surveys(other)
    set_consents(other, {"surveys": True}, way="portal")
    assert wants_surveys(dana)
    assert Consent.objects.latest("pk").customer == dana


def test_what_is_so_already_is_no_new_word(dana):
    assert set_consents(dana, {"surveys": True, "calls": False}, way="portal") == ["calls"]
    assert set_consents(dana, {"surveys": True, "calls": False}, way="portal") == []
    assert Consent.objects.count() == 1
