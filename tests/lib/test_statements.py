"""Statements that are written and prepared once, with a real connection."""

import threading
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.models import DateTimeField

from accounts.models import Brand, CustomerPool, User
from carecenter.lib import statements
from carecenter.lib.statements import Below, Given, Statement, Text, any_given
from carecenter.lib.time import now

pytestmark = pytest.mark.django_db


def prepared() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements WHERE name LIKE 'carecenter%'")
        return {name for (name,) in cursor.fetchall()}


def test_rows_are_what_the_orm_gives(brand: Brand, second_brand: Brand, pool: CustomerPool) -> None:
    asked = Brand.objects.select_related("pool").only("name", "pool__name").order_by("-name")
    of_pool = Statement(asked.filter(pool=Given("pool"), name__in=["Nordlicht Garden", "Nordlicht Home"]))
    found = of_pool.rows(pool=pool.pk)
    assert found == [brand, second_brand]
    assert found[0].get_deferred_fields() == asked.get(pk=brand.pk).get_deferred_fields()
    with pytest.raises(KeyError):
        of_pool.rows()
    assert of_pool.rows(pool=pool.pk + 1) == []
    assert of_pool.first(pool=pool.pk + 1) is None
    assert of_pool.rows(pool=2**63) == of_pool.rows(pool=10**40) == []
    with pytest.raises(Brand.DoesNotExist):
        of_pool.one(pool=pool.pk + 1)


def test_one_question_with_what_stands_beside(
    brand: Brand, alice: User, django_assert_num_queries: object
) -> None:
    people = Statement(User.objects.filter(pk=Given("pk"), created_at__lte=Given("until", DateTimeField())))
    assert people.rows(pk=alice.pk, until=now()) == [alice]
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert people.rows(pk=alice.pk, until=alice.created_at) == [alice]


def test_rows_below_others_are_read_in_one_question(
    brand: Brand, second_brand: Brand, other_pool: CustomerPool, django_assert_num_queries: Any
) -> None:
    below: Below[Brand] = Below(Brand.objects.order_by("pk"), "pool")
    pools = [brand.pool, other_pool]
    with django_assert_num_queries(1):
        below.put(pools)
        assert [list(pool.brands.all()) for pool in pools] == [[brand, second_brand], []]
        assert brand.pool.brands.all()[1].pool is brand.pool
        below.put([])
    with pytest.raises(ValueError, match="Below"):
        Statement(CustomerPool.objects.prefetch_related("brands"))
    with pytest.raises(NotImplementedError, match="have been read"):
        brand.pool.brands.filter(name="Nordlicht")


def test_any_of_the_keys_given(brand: Brand, second_brand: Brand, other_brand: Brand) -> None:
    brands = Statement(Brand.objects.filter(any_given("pk", "keys")).order_by("pk"))
    assert brands.rows(keys=[brand.pk, other_brand.pk]) == [brand, other_brand]
    assert brands.rows(keys=[]) == []


def test_what_does_not_change_stands_in_the_words() -> None:
    """A partial index fits a word, never a place for one."""
    text = Statement(Brand.objects.filter(name="100 % 'ours'", pk=Given("pk"))).text
    assert text is not None
    text.ready(connection, {"pk": 1})
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE name = %s", [text.name])
        (words,) = cursor.fetchone()
    assert "'100 % ''ours'''" in words
    assert "$1" in words
    assert "$2" not in words


def test_what_nothing_fits_asks_nothing(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert Statement(Brand.objects.filter(pk__in=[], pool=Given("pool"))).rows(pool=1) == []


def test_transaction_that_fails_takes_no_statement_along(brand: Brand) -> None:
    by_key = Statement(Brand.objects.filter(pk=Given("pk")))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        by_key.rows(pk=brand.pk)
        raise ZeroDivisionError
    assert by_key.rows(pk=brand.pk) == [brand]


def test_few_are_kept_on_a_connection(monkeypatch: pytest.MonkeyPatch, brand: Brand) -> None:
    monkeypatch.setattr(statements, "PLANNED", 3)
    asked = [Statement(Brand.objects.filter(pk=Given("pk"))) for _ in range(5)]
    for _ in range(2):
        for statement in asked:
            assert statement.rows(pk=brand.pk) == [brand]
            assert len(prepared()) <= 3


@pytest.mark.django_db(transaction=True)
def test_each_connection_prepares_its_own_and_a_new_one_anew(brand: Brand) -> None:
    by_key = Statement(Brand.objects.filter(pk=Given("pk")))
    found: list[Brand] = []

    def elsewhere() -> None:
        for _ in range(2):
            found.extend(by_key.rows(pk=brand.pk))
            connections.close_all()

    assert by_key.rows(pk=brand.pk) == [brand]
    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    connection.close()
    assert [*found, *by_key.rows(pk=brand.pk)] == [brand] * 3
    assert isinstance(by_key.text, Text)
    assert by_key.text.name in prepared()
