import random
import threading
from typing import Any

import pytest
from django.db import connection

from accounts.models import CustomerPool, User
from customers.domain.errors import CannotMerge, CannotUndo
from customers.domain.merge import merge, undo
from customers.domain.people import ids_of, living, living_ids
from customers.models import Customer, CustomerNote, Identity, JoinProposal, Merge, Order
from journal.models import Event
from tests.factories.customers import CustomerFactory, IdentityFactory, OrderFactory, OrganisationFactory


def state() -> list[Any]:
    """Everything a merge may touch, without the versions that only count changes."""
    return [
        list(
            Customer.objects.order_by("pk").values_list("pk", "name", "tier", "organisation", "merged_into")
        ),
        list(Identity.objects.order_by("pk").values_list("pk", "customer", "evidence")),
        list(Order.objects.order_by("pk").values_list("pk", "customer")),
        list(CustomerNote.objects.order_by("pk").values_list("pk", "customer")),
        list(JoinProposal.objects.order_by("pk").values_list("pk", "customer", "other", "state")),
    ]


def full_customer(pool: CustomerPool, author: User, **fields: Any) -> Customer:
    customer = CustomerFactory(pool=pool, **fields)
    IdentityFactory(customer=customer)
    OrderFactory(customer=customer)
    CustomerNote.objects.create(customer=customer, author=author, text="Likes to be called")
    return customer


def test_merge_moves_what_hangs_on_the_customer(pool: CustomerPool, alice: User) -> None:
    kept, gone = full_customer(pool, alice), full_customer(pool, alice)

    done = merge(kept, gone, actor=alice)

    assert (kept.identities.count(), kept.orders.count(), kept.notes.count()) == (2, 2, 2)
    assert living(Customer.objects.get(pk=gone.pk)) == kept
    assert (done.made_by, Event.objects.get().name) == (alice, "customer.merged")


def test_merge_fills_empty_fields_only(pool: CustomerPool) -> None:
    acme = OrganisationFactory(pool=pool)
    kept = CustomerFactory(pool=pool, name="Dana", tier="")
    gone = CustomerFactory(pool=pool, name="D. Duarte", tier="Gold", organisation=acme)

    done = merge(kept, gone, actor=None)
    kept.refresh_from_db()
    assert (kept.name, kept.tier, kept.organisation) == ("Dana", "Gold", acme)

    undo(done, actor=None)
    kept.refresh_from_db()
    assert (kept.name, kept.tier, kept.organisation) == ("Dana", "", None)


def test_undo_keeps_what_was_added_or_changed_since(pool: CustomerPool) -> None:
    kept = CustomerFactory(pool=pool, tier="")
    gone = CustomerFactory(pool=pool, tier="Gold", email="gone@example.net")
    done = merge(kept, gone, actor=None)
    late = IdentityFactory(customer=kept, value="late@example.net")
    Customer.objects.filter(pk=kept.pk).update(tier="VIP")

    undo(done, actor=None)

    assert [identity.value for identity in gone.identities.all()] == ["gone@example.net"]
    assert list(kept.identities.all()) == [late]
    assert Customer.objects.get(pk=kept.pk).tier == "VIP"


def test_merge_closes_the_proposal_and_undo_opens_it(pool: CustomerPool, alice: User) -> None:
    one, two, three = (CustomerFactory(pool=pool) for _ in range(3))
    between = JoinProposal.objects.create(customer=one, other=two)
    outside = JoinProposal.objects.create(customer=two, other=three)

    done = merge(two, one, actor=alice)
    between.refresh_from_db()
    outside.refresh_from_db()
    assert (between.state, between.decided_by, outside.state) == ("joined", alice, "open")

    undo(done, actor=alice)
    between.refresh_from_db()
    assert (between.state, between.decided_by) == ("open", None)


def test_merge_refuses_what_makes_no_sense(pool: CustomerPool, other_pool: CustomerPool) -> None:
    one, two, three = (CustomerFactory(pool=pool) for _ in range(3))
    merge(two, one, actor=None)

    for kept, gone in (
        (one, one),
        (one, two),
        (three, one),
        (one, three),
        (two, CustomerFactory(pool=other_pool)),
    ):
        with pytest.raises(CannotMerge):
            merge(kept, gone, actor=None)
    assert Merge.objects.count() == 1


def test_undo_refuses_twice_and_below_a_later_merge(pool: CustomerPool) -> None:
    one, two, three = (CustomerFactory(pool=pool) for _ in range(3))
    first = merge(two, one, actor=None)
    second = merge(three, two, actor=None)

    with pytest.raises(CannotUndo, match="since"):
        undo(first, actor=None)
    undo(second, actor=None)
    undo(first, actor=None)
    with pytest.raises(CannotUndo, match="already"):
        undo(first, actor=None)


def test_ids_of_are_all_rows_of_a_person(pool: CustomerPool, django_assert_num_queries: Any) -> None:
    one, two, three, alone = (CustomerFactory(pool=pool) for _ in range(4))
    merge(two, one, actor=None)
    merge(three, two, actor=None)

    with django_assert_num_queries(3):
        assert ids_of(three) == ids_of(one) == [three.pk, two.pk, one.pk]
        assert ids_of(alone.pk) == [alone.pk]
    assert living_ids([one.pk, alone.pk, 0]) == {one.pk: three.pk, alone.pk: alone.pk}


@pytest.mark.parametrize("seed", range(8))
def test_undoing_everything_restores_exactly(pool: CustomerPool, alice: User, seed: int) -> None:
    """Any run of merges and undos, taken back in turn, leaves the rows as they were; and on the way nobody has
    things that belong to a merged row."""
    choose = random.Random(seed)
    people = [
        full_customer(pool, alice, name=choose.choice(["", "Dana"]), tier=choose.choice(["", "Gold"]))
        for _ in range(7)
    ]
    JoinProposal.objects.create(customer=people[0], other=people[1])
    JoinProposal.objects.create(customer=people[1], other=people[2])
    before, history = state(), []
    for _ in range(12):
        alive = list(Customer.objects.living().order_by("pk"))
        if len(alive) > 1 and (not history or choose.random() < 0.7):
            history.append(merge(*choose.sample(alive, 2), actor=alice))
        else:
            undo(history.pop(), actor=alice)
        assert not Identity.objects.filter(customer__merged_into__isnull=False).exists()
        groups = [ids_of(person) for person in Customer.objects.living()]
        assert sorted(pk for group in groups for pk in group) == [person.pk for person in people]
    while history:
        undo(history.pop(), actor=alice)

    assert state() == before


@pytest.mark.django_db(transaction=True)
def test_two_merges_at_once_leave_one_person() -> None:
    """Both directions at the same moment: the second sees the first and is refused, no ring and no deadlock."""
    one = CustomerFactory(email="one@example.net")
    two = CustomerFactory(pool=one.pool, email="two@example.net")
    start, results = threading.Barrier(2), []

    def work(kept: Customer, gone: Customer) -> None:
        start.wait()
        try:
            results.append(merge(kept, gone, actor=None))
        except CannotMerge as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in ((one, two), (two, one))]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert sorted(type(result).__name__ for result in results) == ["CannotMerge", "Merge"]
    alive = Customer.objects.living().get()
    assert alive.identities.count() == 2
