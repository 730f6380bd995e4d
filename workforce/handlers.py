"""What this app does about its own events."""

from django.db import transaction

from carecenter.lib.realtime import push
from journal.models import Event


def show_presence(event: Event) -> None:
    """The person's own desks show their state; others read it when they look at a list of people."""
    user_id = int(event.subject.partition(":")[2])
    fact = {"name": event.name, "id": user_id, "state": event.data["after"]}
    transaction.on_commit(lambda: push([f"user-{user_id}"], fact), robust=True)
