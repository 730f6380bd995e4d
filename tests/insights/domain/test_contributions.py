"""What one fact adds."""

import pytest

from insights.domain.contributions import first_solved_codes
from insights.models import TicketFact


@pytest.mark.parametrize(
    ("contacts", "codes"),
    [
        (0, ("first_solved",)),  # automatic mail alone
        (1, ("first_solved", "first_contacts", "first_contact")),
        (2, ("first_solved", "first_contacts")),
    ],
)
def test_only_what_a_customer_came_for_is_solved_at_the_first_contact(contacts, codes):
    assert first_solved_codes(TicketFact(is_inbound=True, customer_id=1, contacts=contacts)) == codes
