import pytest
from django.db import transaction
from django.urls import reverse

from accounts.domain import events
from journal.domain.recording import record
from journal.models import Event, FailedReaction
from tests.factories.accounts import UserFactory, grant

PARKED = reverse("accounts:parked")
State = FailedReaction.State


@pytest.fixture
def failure(db):
    """A reaction that was parked for a reason that has passed since."""
    with transaction.atomic():
        event = record("user.signed_out", actor="system", subject="user:1")
    handler = "accounts.handlers.close_sockets"
    return FailedReaction.objects.create(
        event=event, handler=handler, state=State.PARKED, tries=6, error="ValueError"
    )


def test_parked_reactions_are_listed(admin, failure, client_for):
    page = client_for(admin).get(PARKED).content.decode()

    assert failure.handler in page
    assert "Run again" in page


def test_parked_page_is_empty_in_words(admin, client_for):
    assert "Nothing is parked" in client_for(admin).get(PARKED).content.decode()


def test_replay_runs_it_and_says_who_did(admin, failure, client_for):
    client_for(admin).post(reverse("accounts:replay", args=[failure.pk]))

    failure.refresh_from_db()
    assert failure.state == State.DONE
    event = Event.objects.get(name=events.REACTION_REPLAYED)
    assert (event.actor, event.subject) == (f"user:{admin.pk}", f"reaction:{failure.pk}")


@pytest.mark.parametrize("where", ["brand", "none"])
def test_parked_is_no_page_for_who_does_not_read_the_journal_everywhere(where, brand, failure, client_for):
    user = grant(UserFactory(), "Manager", brand=brand) if where == "brand" else UserFactory()
    client = client_for(user)

    assert client.get(PARKED).status_code == 404
    assert client.post(reverse("accounts:replay", args=[failure.pk])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_parked_needs_a_constant_number_of_queries(admin, client_for, django_assert_num_queries, count):
    with transaction.atomic():
        for _ in range(count):
            event = record("user.signed_out", actor="system", subject="user:1")
            FailedReaction.objects.create(event=event, handler="x", state=State.PARKED)
    client = client_for(admin)
    client.get(PARKED)
    with django_assert_num_queries(5):  # session, user, own grants, count, rows with their events
        client.get(PARKED)
