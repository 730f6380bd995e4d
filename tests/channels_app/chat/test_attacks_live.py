"""Who has lost the right to answer hears no further line, though the chat is still theirs."""

from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async

from accounts.models import Grant
from tests.sockets import Socket, close_readers
from tickets.domain.holding import take
from tickets.models import Contact

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("may_answer", [True, False])
def test_lines_reach_who_may_answer_alone(
    visitor: Any, alice: Any, client_for: Any, may_answer: bool
) -> None:
    visitor.begin()
    visitor.say("Is this kettle quiet?")
    take(Contact.objects.get(), actor=alice)
    client = client_for(alice)
    if not may_answer:
        Grant.objects.filter(user=alice).delete()

    async def run() -> list[Any]:
        async with Socket(client) as desk:
            await sync_to_async(visitor.say, thread_sensitive=False)("My card is 4111…")
            return await desk.listen()

    heard = async_to_sync(run)()
    close_readers()
    said = {fact["line"]["text"] for fact in heard if "line" in fact}  # shown twice, the same line
    assert said == ({"My card is 4111…"} if may_answer else set())
