import pytest

from accounts.domain import tokens
from accounts.models import ApiToken
from accounts.permissions import TICKET_VIEW


def test_token_is_stored_as_a_hash_only(alice):
    row, text = tokens.create(alice, scopes=[TICKET_VIEW], name="shop")

    assert tokens.find(text) == row
    assert text not in str(ApiToken.objects.values().get())


def test_token_with_an_unknown_scope_is_refused(alice):
    with pytest.raises(ValueError, match=r"ticket\.fly"):
        tokens.create(alice, scopes=["ticket.fly"])


def test_revoked_token_is_not_found(alice):
    row, text = tokens.create(alice, scopes=[TICKET_VIEW])
    tokens.revoke(row, actor="system")

    assert tokens.find(text) is None


def test_note_use_writes_once_a_minute(alice, clock, django_assert_num_queries):
    _, text = tokens.create(alice, scopes=[TICKET_VIEW])
    tokens.note_use(tokens.find(text))
    token = tokens.find(text)
    clock.shift(59)
    with django_assert_num_queries(0):
        tokens.note_use(token)
    clock.shift(2)
    tokens.note_use(token)

    assert (tokens.find(text).last_used_at - token.last_used_at).total_seconds() == 61
