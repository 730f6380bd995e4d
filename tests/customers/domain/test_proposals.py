import csv
import itertools
from collections import Counter
from typing import Any

import pytest

from accounts.models import CustomerPool, User
from customers.domain.identify import resolve_identity
from customers.domain.look_alikes import RARE
from customers.domain.matching import Person, compare, name_evidence, name_words, one_slip
from customers.domain.merge import merge
from customers.domain.proposals import dismiss, find_matches, find_matches_of, join, open_for, propose
from customers.handlers import look_for_same_person
from customers.models import Customer, JoinProposal
from journal.models import Event
from tests.customers.corpora import identity_file
from tests.factories.customers import CustomerFactory, OrganisationFactory


def person(name: str = "", *emails: str, **fields: Any) -> Person:
    return Person(name=name, emails=frozenset(emails), **fields)


def called(name: str, phone: str) -> Person:
    return Person(name=name, phones=frozenset({phone}))


def numbered(number: str, *values: str) -> Person:
    return person(*values, numbers=frozenset({number}))


@pytest.mark.parametrize(
    ("one", "two", "codes"),
    [
        (person("Dana Duarte", "dana@acme.com"), person("Duarte, Dana", "dd@acme.com"), {"same_name", "same_domain"}),
        (person("Dana Duarte", "dana@acme.com"), person("Dana Duarta", "d2@acme.com"), {"near_name", "same_domain"}),
        (person("Jörg Mühl", "jm@acme.com"), person("Joerg Muehl", "mueller@acme.com"), {"same_name", "same_domain"}),
        (person("", "dana+shop@acme.com"), person("", "dana@acme.com"), {"same_mailbox"}),
        (person("", "d.ana@gmail.com"), person("", "dana@googlemail.com"), {"same_mailbox"}),
        (person("Dana Dua", "dada@gmail.com"), person("Dana Dua", "dada@acme.com"), {"same_name", "same_local_part"}),
        (person("Dana Duarte", "dana@gmial.com"), person("D. Duarte", "dana@gmail.com"), {"near_name", "near_email"}),
        (called("Dana Duarte", "+4930901820"), called("Dana Duarte", "+4930901820;ext=2"), {"same_name", "same_phone"}),
    ],
)  # fmt: skip
def test_compare_finds_the_same_person(one: Person, two: Person, codes: set[str]) -> None:
    assert {evidence.code for evidence in compare(one, two)} == codes
    assert {evidence.code for evidence in compare(two, one)} == codes


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (person("Dana Duarte", "dana@gmail.com"), person("Dana Duarte", "duarte77@gmail.com")),
        (person("Dana Duarte", "dana@acme.com"), person("Bob Brown", "bob@acme.com")),
        (person("", "dana@acme.com"), person("", "bob@acme.com")),
        (person("Dana", "dana@acme.com"), person("Dana", "dana2@acme.com")),
        (person("Dana Duarte", "info@acme.com"), person("Dana Duarte", "info@gmail.com")),
        (person("Ann Bell", "home+ann@acme.com"), person("Tom Katz", "home@acme.com")),
        (person("Ann Bell", "a@acme.com", organisation_id=1), person("Tom Katz", "t@acme.com", organisation_id=1)),
        (called("Dana Duarte", "+4930901820;ext=1"), called("Dana Duarte", "+4930901820;ext=2")),
        (numbered("1", "Dana Duarte", "d@acme.com"), numbered("2", "Dana Duarte", "x@acme.com")),
    ],
)  # fmt: skip
def test_compare_asks_nobody_about_strangers(one: Person, two: Person) -> None:
    assert compare(one, two) == []


def test_names_may_differ_by_one_slip_or_an_initial() -> None:
    assert [one_slip("gmail", other) for other in ("gmial", "gmal", "gmaill", "gmxil", "gmail", "mgial")] == [
        True, True, True, True, False, False,
    ]  # fmt: skip
    assert name_evidence("Dana M. Duarte", "Dana Duarte")[0].code == "near_name"
    assert name_evidence("Dana Duarte", "Dora Duarte") == []


def test_a_new_address_is_compared_with_its_pool(pool: CustomerPool, other_pool: CustomerPool) -> None:
    for where in (pool, other_pool):
        CustomerFactory(pool=where, name="Dana Duarte", email="dana@acme.com")
    CustomerFactory(pool=pool, name="Bob Brown", email="bob@acme.com")
    new = resolve_identity(pool, kind="email", value="d.duarte@acme.com", name="Dana Duarte").customer

    look_for_same_person(Event.objects.get(name="identity.added"))
    look_for_same_person(Event.objects.get(name="identity.added"))

    proposal = JoinProposal.objects.get()
    assert {proposal.customer.pool, proposal.other.pool} == {pool}
    assert open_for(new)[0].reasons == [("Same name", ""), ("Same firm by e-mail address", "acme.com")]
    assert Event.objects.filter(name="customer.join_proposed").count() == 1


def test_several_new_people_cost_as_much_as_one(pool: CustomerPool, django_assert_num_queries: Any) -> None:
    CustomerFactory(pool=pool, name="Dana Duarte", email="dana@acme.com")
    CustomerFactory(pool=pool, name="100% Bob_Brown", email="bob_1@beta.com")
    new = [
        resolve_identity(pool, kind="email", value=value, name=name).customer
        for value, name in (("d.duarte@acme.com", "Dana Duarte"), ("bob_1+x@beta.com", "100% Bob_Brown"))
    ]
    # their addresses, who is like them, of today, what is compared; asked before, savepoint, proposals, events
    with django_assert_num_queries(9):
        found = find_matches_of(new)

    assert {(row.customer.name, row.other) for row in found} == {(one.name, one) for one in new}
    assert find_matches_of(new) == find_matches(new[0]) + find_matches(new[1])
    assert Event.objects.filter(name="customer.join_proposed").count() == len(found)


def test_colleagues_of_one_name_are_compared(pool: CustomerPool) -> None:
    acme = OrganisationFactory(pool=pool)
    one = CustomerFactory(pool=pool, name="Dana Duarte", organisation=acme)
    CustomerFactory(pool=pool, name="Dana Duarte", organisation=acme)

    assert [proposal.reasons[0]["code"] for proposal in find_matches(one)] == ["same_name"]


def test_who_only_called_and_who_only_wrote_may_be_one_of_a_rare_name(pool: CustomerPool) -> None:
    wrote = CustomerFactory(pool=pool, name="Theodora Maxwell", email="tm@gmail.com")
    called = resolve_identity(pool, kind="phone", value="+4930901820", name="Theodora Maxwell").customer

    assert [reason["code"] for reason in find_matches(called)[0].reasons] == ["same_name", "rare_name"]

    for number in range(5):
        CustomerFactory(pool=pool, name="Anna Meyer", email=f"a{number}@gmail.com")
    assert (
        find_matches(resolve_identity(pool, kind="phone", value="+4930901821", name="Anna Meyer").customer)
        == []
    )
    assert open_for(wrote)[0].other == called


def test_a_decision_is_not_asked_again(pool: CustomerPool, alice: User) -> None:
    one, two = (CustomerFactory(pool=pool, name="Dana Duarte", email=f"{x}@acme.com") for x in "ab")
    proposal = find_matches(one)[0]

    dismiss(proposal, actor=alice)

    assert find_matches(two) == []
    assert open_for(one) == []
    assert JoinProposal.objects.get().decided_by == alice


def test_joining_keeps_whom_the_agent_looks_at(pool: CustomerPool, alice: User) -> None:
    one, two = (CustomerFactory(pool=pool) for _ in range(2))
    proposal = propose(one, two, [{"code": "same_name"}])

    done = join(proposal, kept=two, actor=alice)

    assert (done.kept, done.gone) == (two, one)
    assert open_for(two) == []


def test_proposals_follow_merges(pool: CustomerPool, alice: User) -> None:
    """Asked of a row that is merged since: it should be the question of the person it is today, and once."""
    one, two, three = (CustomerFactory(pool=pool) for _ in range(3))
    propose(one, three, [{"code": "same_name"}])
    propose(two, three, [{"code": "same_name"}])
    merge(two, one, actor=alice)

    assert [candidate.other for candidate in open_for(two)] == [three]
    assert [candidate.other for candidate in open_for(three)] == [Customer.objects.get(pk=two.pk)]
    dismiss(open_for(two)[0].proposal, actor=alice)
    assert open_for(three) == []


def test_proposals_stay_in_the_pool(pool: CustomerPool, other_pool: CustomerPool) -> None:
    assert propose(CustomerFactory(pool=pool), CustomerFactory(pool=other_pool), []) is None


def test_suggestions_agree_with_the_person_corpus() -> None:
    """By name and address alone, which is what we know of a person; the corpus has birthday and town besides."""
    path = identity_file("splink-fake1000/tests/datasets/fake_1000_from_splink_demos.csv")
    with path.open() as lines:
        rows = list(csv.DictReader(lines))
    people = [
        (row["cluster"], person(f"{row['first_name']} {row['surname']}", *emails_of(row))) for row in rows
    ]
    holders = Counter(" ".join(sorted(name_words(one.name))) for _cluster, one in people)
    same = found = wrong = 0
    for (cluster, one), (other, two) in itertools.combinations(people, 2):
        rare = holders[" ".join(sorted(name_words(one.name)))] <= RARE
        suggested = bool(one.emails & two.emails or compare(one, two, rare_name=rare))
        same += cluster == other
        found += suggested and cluster == other
        wrong += suggested and cluster != other
    assert found / (found + wrong) >= 0.95
    assert found / same >= 0.7


def emails_of(row: dict[str, str]) -> list[str]:
    return [row["email"].lower()] if "@" in row["email"] else []
