"""Run beside the scratch installation: a room full of agents, each signed in. Prints JSON."""

import json
import os
import secrets
import sys
from typing import Any

import django


def desks(count: int) -> dict[str, object]:
    """Agents of one brand with a session each, and a ticket of that brand that the first of them may change."""
    from accounts.models import Brand, Grant, Role, User, WebSession
    from tickets.models import Status, Ticket

    brand = Brand.objects.order_by("pk")[0]
    number = secrets.token_hex(4)
    users = [User(email=f"desk-{number}-{n}@bench.example", name=f"Desk {n}") for n in range(count)]
    for user in users:
        user.set_unusable_password()
    User.objects.bulk_create(users)
    role = Role.objects.get(name="Agent")
    Grant.objects.bulk_create([Grant(user=user, role=role, brand=brand) for user in users])
    sessions = [session_of(user) for user in users]
    WebSession.objects.bulk_create(sessions)
    ticket = Ticket.objects.filter(brand=brand).exclude(status=Status.CLOSED).order_by("-pk")[0]
    return {
        "sessions": [session.session_key for session in sessions],
        "users": [user.pk for user in users],
        "brand": brand.pk,
        "ticket": ticket.pk,
    }


def session_of(user: Any) -> Any:
    """A day's session, as a sign-in writes it, not stored yet."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from accounts.models import WebSession
    from accounts.web_sessions import SessionStore
    from carecenter.lib.time import in_seconds

    values = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }
    return WebSession(
        session_key=secrets.token_hex(16),
        session_data=SessionStore().encode(values),
        expire_date=in_seconds(86400),
        user=user,
    )


def chat(brand_id: int) -> dict[str, str]:
    """An open chat of the brand."""
    from channels_app.models import Connection
    from tickets.models import Inbox

    key = f"bench-chat-{secrets.token_hex(4)}"
    inbox = Inbox.objects.create(brand_id=brand_id, name=key, key=key, kind="webchat")
    Connection.objects.create(inbox=inbox, from_name="Bench")
    return {"key": key}


def give(users: list[int]) -> dict[str, object]:
    """The chats that wait, one to each agent: by the visitor's name, who has which."""
    from carecenter.lib.kinds import Capability, kinds_that
    from tickets.models import Contact

    waiting = Contact.objects.filter(kind__in=kinds_that(Capability.LIVE), ended_at__isnull=True)
    given = {}
    for user, contact in zip(
        users, waiting.filter(agent=None).select_related("customer").order_by("pk"), strict=False
    ):
        Contact.objects.filter(pk=contact.pk).update(agent=user, holder=Contact.Holder.AGENT)
        given[str(contact.customer)] = {"user": user, "contact": contact.pk}
    return {"contacts": given}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carecenter.settings")
    django.setup()
    what, *more = sys.argv[1:]
    made = {"chat": lambda: chat(int(more[0])), "give": lambda: give([int(word) for word in more])}
    sys.stdout.write(json.dumps(made[what]() if what in made else desks(int(what))))


if __name__ == "__main__":
    main()
