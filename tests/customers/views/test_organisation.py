"""An organisation's mail domains, and whether its people see each other's tickets."""

import pytest

from customers.models import Organisation
from journal.models import Event
from tests.factories.customers import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(pool):
    return OrganisationFactory(pool=pool, name="Mill")


def save(client, firm, **fields):
    return client.post(f"/desk/customers/organisations/{firm.pk}/", fields)


def test_lead_names_domains_and_shares(client_for, lead, firm):
    save(client_for(lead), firm, domains="@Mill.test, müller.test\nmill.test", shares_tickets="on")
    firm.refresh_from_db()
    assert (firm.domains, firm.shares_tickets) == (["mill.test", "xn--mller-kva.test"], True)
    event = Event.objects.get(name="organisation.changed")
    assert event.data == {"fields": ["domains", "shares_tickets"], "shares_tickets": True}


@pytest.mark.parametrize("domains", ["", "mill", "a b@c", "mill..test", ".test", "*", "mill.test/x", "%"])
def test_sharing_needs_a_domain_that_is_one(client_for, lead, firm, domains):
    assert save(client_for(lead), firm, domains=domains, shares_tickets="on").status_code == 422
    assert not Organisation.objects.get(pk=firm.pk).shares_tickets


def test_agents_and_other_pools_do_not_set_it(client_for, alice, charlie, firm):
    for user in (alice, charlie):
        assert save(client_for(user), firm, domains="mill.test", shares_tickets="on").status_code == 404
    assert not Organisation.objects.get(pk=firm.pk).shares_tickets
