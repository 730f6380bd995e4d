"""The same key twice is one effect and one answer, one after the other and at once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import ApiToken
from carecenter.api.idempotency import delete_expired
from carecenter.api.models import StoredAnswer
from carecenter.lib.time import now
from tickets.models import Message, Ticket

NOTE = {"audience": "internal", "text": "Once."}


def path_of(ticket):
    return f"tickets/{ticket.pk}/messages/"


def test_a_repeat_has_the_same_answer_and_no_effect(api, alice, ticket):
    client = api(alice)
    first = client.post(path_of(ticket), NOTE, idempotency_key="k1")
    second = client.post(path_of(ticket), {"text": "Once.", "audience": "internal"}, idempotency_key="k1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert first["Location"] == second["Location"]
    assert (first.get("Idempotency-Replayed"), second["Idempotency-Replayed"]) == (None, "true")
    assert Message.objects.count() == 1


def test_another_request_with_the_key_is_refused(api, alice, ticket):
    client = api(alice)
    client.post(path_of(ticket), NOTE, idempotency_key="k1")
    for path, body in ((path_of(ticket), {**NOTE, "text": "Twice."}), ("tickets/", NOTE)):
        response = client.post(path, body, idempotency_key="k1")
        assert (response.status_code, response.json()["type"]) == (
            422,
            "urn:carecenter:problem:idempotency-key-reused",
        )
    assert Message.objects.count() == 1


def test_a_refused_request_may_be_sent_again(api, alice, ticket):
    client = api(alice)
    assert client.post(path_of(ticket), {"audience": "internal"}, idempotency_key="k1").status_code == 400
    assert StoredAnswer.objects.count() == 0
    assert client.post(path_of(ticket), NOTE, idempotency_key="k1").status_code == 201


def test_a_key_is_the_tokens_own_and_lasts_a_day(api, alice, ticket):
    client = api(alice)
    client.post(path_of(ticket), NOTE, idempotency_key="k1")
    api(alice).post(path_of(ticket), NOTE, idempotency_key="k1")
    assert Message.objects.count() == 2
    StoredAnswer.objects.update(created_at=now() - timedelta(hours=23))
    client.post(path_of(ticket), NOTE, idempotency_key="k1")
    assert Message.objects.count() == 2
    StoredAnswer.objects.update(created_at=now() - timedelta(hours=25))
    client.post(path_of(ticket), NOTE, idempotency_key="k1")
    assert Message.objects.count() == 3
    assert (delete_expired(), StoredAnswer.objects.count()) == (1, 1)


@pytest.mark.parametrize("key", ["", "x" * 256, "schlüssel", "a\tb"])
def test_a_bad_key_is_refused(api, alice, ticket, key):
    response = api(alice).post(path_of(ticket), NOTE, idempotency_key=key)
    assert (response.status_code, Message.objects.count()) == (400, 0)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_have_one_effect(api, alice, brand):
    client = api(alice)
    body = {"kind": "internal", "brand": brand.pk, "subject": "Once", "text": "Once."}
    barrier = threading.Barrier(4)
    answers = []

    def send():
        barrier.wait()
        try:
            answers.append(client.post("tickets/", body, idempotency_key="k1"))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.content for answer in answers}) == 1
    assert Ticket.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_fails_after_the_effect_leaves_nothing(api, alice, brand, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("the answer could not be stored")

    monkeypatch.setattr("carecenter.api.idempotency.keep", broken)
    body = {"kind": "internal", "brand": brand.pk, "subject": "Once", "text": "Once."}
    response = api(alice).post("tickets/", body, idempotency_key="k1")
    assert (response.status_code, Ticket.objects.count(), StoredAnswer.objects.count()) == (500, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_who_waited_long_enough_is_told_to_come_again(api, alice, brand, monkeypatch):
    monkeypatch.setattr("carecenter.api.idempotency.WAIT_SECONDS", 0.2)
    client, token = api(alice), ApiToken.objects.get()
    body = {"kind": "internal", "brand": brand.pk, "subject": "Once", "text": "Once."}
    other = connection.copy()
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:  # the first request, which has not ended
            cursor.execute(
                "INSERT INTO api_storedanswer (token_id, key, request_hash, headers, body, created_at)"
                " VALUES (%s, 'k1', '', '{}', '', now())",
                [token.pk],
            )
        response = client.post("tickets/", body, idempotency_key="k1")
        assert (response.status_code, response["Retry-After"]) == (409, "5")
        assert response.json()["type"].endswith("still-running")
        assert client.post("tickets/", body, idempotency_key="k2").status_code == 201
    finally:
        other.rollback()
        other.close()
    assert client.post("tickets/", body, idempotency_key="k1").status_code == 201
