"""What this app does about its own events."""

from django.db import transaction
from kombu.exceptions import OperationalError

from accounts.domain.events import id_of
from accounts.tasks import deliver_mail
from carecenter.lib.realtime import push
from journal.models import Event


def send_mail(event: Event) -> None:
    """Hand the mail to a worker after the commit. Should the broker be away, the sweep finds the row."""
    transaction.on_commit(lambda: _enqueue(id_of(event.subject)), robust=True)


def _enqueue(mail_id: int) -> None:
    try:
        deliver_mail.delay(mail_id)
    except OperationalError:
        return


def close_sockets(event: Event) -> None:
    """The user's rights may have changed: every open socket closes; those still welcome connect again."""
    user_id = id_of(event.subject)
    fact = {"name": event.name, "id": user_id}
    transaction.on_commit(lambda: push([f"user-{user_id}"], fact), robust=True)
