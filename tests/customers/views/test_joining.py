from typing import Any

from django.urls import reverse

from accounts.models import CustomerPool, User
from customers.domain.proposals import propose
from customers.models import Customer, JoinProposal, Merge
from tests.factories.customers import CustomerFactory


def url(name: str, pk: int) -> str:
    return reverse(f"customers:{name}", args=[pk])


def test_merge_page_finds_compares_and_joins(
    lead: User, pool: CustomerPool, dana: Customer, client_for: Any
) -> None:
    other = CustomerFactory(pool=pool, name="D. Duarte", email="dd@example.net")
    client = client_for(lead)

    assert [row.pk for row in client.get(url("merge", dana.pk), {"q": "duarte"}).context["found"]] == [
        other.pk
    ]
    assert "dd@example.net" in client.get(url("merge", dana.pk), {"with": other.pk}).content.decode()
    assert client.post(url("merge", dana.pk), {"with": other.pk}).url == url("detail", dana.pk)

    other.refresh_from_db()
    assert other.merged_into == dana
    assert "D. Duarte" in client.get(url("detail", dana.pk)).content.decode()


def test_undo_makes_two_again(lead: User, pool: CustomerPool, dana: Customer, client_for: Any) -> None:
    other = CustomerFactory(pool=pool)
    client = client_for(lead)
    client.post(url("merge", dana.pk), {"with": other.pk})
    done = Merge.objects.get()

    client.post(url("unmerge", done.pk))
    again = client.post(url("unmerge", done.pk), follow=True)

    other.refresh_from_db()
    assert other.merged_into is None
    assert "undone already" in again.content.decode()


def test_merge_with_nonsense_asks_again(lead: User, dana: Customer, client_for: Any) -> None:
    for value in ("", "x", str(dana.pk)):
        assert client_for(lead).post(url("merge", dana.pk), {"with": value}).status_code == 200
    assert client_for(lead).post(url("merge", dana.pk), {"with": "9" * 18}).status_code == 404
    assert Merge.objects.count() == 0


def test_admins_of_both_pools_cannot_join_across(
    admin: User, brand: Any, other_brand: Any, other_pool: CustomerPool, dana: Customer, client_for: Any
) -> None:
    stranger = CustomerFactory(pool=other_pool, name="Dana Duarte")
    client = client_for(admin)

    assert client.get(url("search", dana.pk), {"q": "dana"}).context["found"].count() == 0
    client.post(url("merge", dana.pk), {"with": stranger.pk})
    assert Merge.objects.count() == 0


def test_agents_see_proposals_and_leads_decide(
    alice: User, lead: User, pool: CustomerPool, dana: Customer, client_for: Any
) -> None:
    other = CustomerFactory(pool=pool, name="D. Duarte", email="dd@acme.com")
    proposal = propose(dana, other, [{"code": "same_domain", "detail": "acme.com"}])

    page = client_for(alice).get(url("detail", dana.pk)).content.decode()
    assert "Same firm by e-mail address" in page
    assert "A team lead can join the two." in page
    for name in ("proposal_join", "proposal_dismiss"):
        assert client_for(alice).post(url(name, proposal.pk)).status_code == 404

    assert client_for(lead).post(url("proposal_join", proposal.pk), {"kept": other.pk}).url == url(
        "detail", other.pk
    )
    dana.refresh_from_db()
    assert dana.merged_into == other


def test_dismissed_proposals_go_away(lead: User, pool: CustomerPool, dana: Customer, client_for: Any) -> None:
    other = CustomerFactory(pool=pool)
    proposal = propose(dana, other, [{"code": "same_name"}])

    assert client_for(lead).post(url("proposal_dismiss", proposal.pk), {"kept": other.pk}).url == url(
        "detail", other.pk
    )
    assert JoinProposal.objects.get().state == "dismissed"
    assert client_for(lead).get(url("detail", dana.pk)).context["proposals"] == []
