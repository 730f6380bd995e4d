"""What this app does about its own events."""

from django.db import transaction
from kombu.exceptions import OperationalError

from accounts.domain.events import GRANTS_CHANGED, id_of
from accounts.models import User
from accounts.tasks import deliver_mail
from carecenter.lib.realtime import push, push_all
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


def close_sockets_of_role(event: Event) -> None:
    """The same for everybody who has the role."""
    holders = User.objects.filter(grants__role=id_of(event.subject), is_active=True).distinct()
    people = list(holders.order_by("pk").values_list("pk", flat=True))

    facts = [(f"user-{pk}", {"name": GRANTS_CHANGED, "id": pk}) for pk in people]
    transaction.on_commit(lambda: push_all(facts), robust=True)
