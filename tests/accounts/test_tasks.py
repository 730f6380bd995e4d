from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from accounts import tasks
from accounts.domain import mails
from accounts.domain.links import Kind
from accounts.models import AccountMail
from carecenter.lib.time import in_seconds


def test_sweep_sends_what_the_broker_lost(alice, settings):
    mails.queue(Kind.RESET, "alice@example.com")

    tasks.sweep_mails()

    assert AccountMail.objects.get().state == AccountMail.State.SENT
    assert len(list(settings.MAIL_DIR.glob("*.eml"))) == 1


def test_sessions_that_have_run_out_are_dropped(db):
    for seconds in (-10, 10):
        session = SessionStore()
        session.create()
        Session.objects.filter(pk=session.session_key).update(expire_date=in_seconds(seconds))

    tasks.sweep_sessions()

    assert Session.objects.count() == 1
