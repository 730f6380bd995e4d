import pytest

from tests.factories.surveys import InvitationFactory, SurveyFactory
from tests.factories.tickets import TicketFactory
from tickets.domain.private_links import opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def invitation(brand):
    return InvitationFactory(survey=SurveyFactory(brand=brand), ticket=TicketFactory(brand=brand))


def test_link_opens_on_its_own_ticket(invitation):
    text = f"https://x.example/s/~{invitation.pk}/?score=5 and /s/~{invitation.pk}/"
    assert opened(text, invitation.ticket_id) == text.replace(f"~{invitation.pk}", invitation.key)


def test_link_stays_shut_on_another_ticket(invitation, brand):
    text = f"/s/~{invitation.pk}/"
    assert opened(text, TicketFactory(brand=brand).pk) == text


def test_link_opens_on_the_ticket_that_its_own_was_merged_into(invitation, brand):
    kept = TicketFactory(brand=brand)
    invitation.ticket.merged_into = kept
    invitation.ticket.save(update_fields=["merged_into"])
    assert opened(f"/s/~{invitation.pk}/", kept.pk) == f"/s/{invitation.key}/"


@pytest.mark.parametrize("text", ["/s/~999999999999999999999/", "/s/~x/", "/t/~1/", "/s/~1", "", "~1"])
def test_what_is_no_link_stays(text, invitation, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert opened(text, invitation.ticket_id) == text
