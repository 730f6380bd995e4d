"""A run of "Test this connection" as a row: begun by a person, done by the worker, read by the page meanwhile."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from carecenter.lib.time import now
from channels_app.domain.errors import ChannelError
from channels_app.domain.mailboxes import SECRETS, SETTINGS, merged
from channels_app.models import Connection, MailboxTest

AT_ONCE = 2  # the worker has other things to do
GIVEN_UP = timedelta(minutes=2)
KEPT = timedelta(days=1)


class TooManyTests(ChannelError):
    """Others are being tested at this moment."""


def begin(
    connection: Connection, wanted: Mapping[str, Any], secrets: Mapping[str, str], *, actor: User
) -> MailboxTest:
    """Settings as typed, saved or not; secrets that are empty are the saved ones. Raises TooManyTests."""
    make_room()
    known = {name: value for name, value in merged(connection, secrets).items() if name in SECRETS}
    test = MailboxTest(
        connection=connection, made_by=actor, settings={name: wanted[name] for name in SETTINGS}
    )
    test.seal(known)
    test.save(force_insert=True)
    return test


def begin_outgoing(wanted: Mapping[str, Any], password: str, *, actor: User) -> MailboxTest:
    """A mail to the person's own address, by settings as typed. Raises TooManyTests."""
    make_room()
    test = MailboxTest(made_by=actor, settings=dict(wanted))
    test.seal({"password": password} if password else {})
    test.save(force_insert=True)
    return test


def make_room() -> None:
    """Raises TooManyTests."""
    tidy()
    if MailboxTest.objects.filter(ended_at__isnull=True).count() >= AT_ONCE:
        raise TooManyTests(_("Other connections are being tested. Try again in a moment."))


def take(test_id: int) -> MailboxTest | None:
    """For the worker that runs it: once."""
    if not MailboxTest.objects.filter(pk=test_id, started_at__isnull=True).update(started_at=now()):
        return None
    return MailboxTest.objects.get(pk=test_id)


def add_step(test: MailboxTest, step: dict[str, str]) -> None:
    test.steps = [*test.steps, step]
    test.save(update_fields=["steps"])


def end(test: MailboxTest) -> None:
    test.ended_at, test.sealed = now(), ""
    test.save(update_fields=["ended_at", "sealed"])


def tidy() -> None:
    """End what its worker died over, so that no secret stays; drop what is old."""
    with transaction.atomic():
        stale = MailboxTest.objects.filter(ended_at__isnull=True, made_at__lt=now() - GIVEN_UP)
        stale.update(ended_at=now(), sealed="")
        old = MailboxTest.objects.filter(made_at__lt=now() - KEPT).order_by("pk")
        MailboxTest.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:500])).delete()
