"""Run beside the scratch installation: a room full of agents, each signed in. Prints JSON."""

import json
import os
import secrets
import sys

import django


def desks(count: int) -> dict[str, object]:
    """Agents of one brand with a session each, and a ticket of that brand that the first of them may change."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session

    from accounts.models import Brand, Grant, Role, User
    from carecenter.lib.time import in_seconds
    from tickets.models import Status, Ticket

    brand = Brand.objects.order_by("pk")[0]
    number = secrets.token_hex(4)
    users = [User(email=f"desk-{number}-{n}@bench.example", name=f"Desk {n}") for n in range(count)]
    for user in users:
        user.set_unusable_password()
    User.objects.bulk_create(users)
    role = Role.objects.get(name="Agent")
    Grant.objects.bulk_create([Grant(user=user, role=role, brand=brand) for user in users])
    backend = settings.AUTHENTICATION_BACKENDS[0]
    sessions = []
    for user in users:
        store = SessionStore()
        values = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: backend,
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        key = secrets.token_hex(16)
        sessions.append(
            Session(session_key=key, session_data=store.encode(values), expire_date=in_seconds(86400))
        )
    Session.objects.bulk_create(sessions)
    ticket = Ticket.objects.filter(brand=brand).exclude(status=Status.CLOSED).order_by("-pk")[0]
    return {
        "sessions": [session.session_key for session in sessions],
        "users": [user.pk for user in users],
        "brand": brand.pk,
        "ticket": ticket.pk,
    }


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carecenter.settings")
    django.setup()
    sys.stdout.write(json.dumps(desks(int(sys.argv[1]))))


if __name__ == "__main__":
    main()
