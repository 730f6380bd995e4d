from accounts import tasks
from accounts.domain import mails
from accounts.domain.links import Kind
from accounts.models import AccountMail, WebSession
from accounts.web_sessions import SessionStore
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
        WebSession.objects.filter(pk=session.session_key).update(expire_date=in_seconds(seconds))

    tasks.sweep_sessions()

    assert WebSession.objects.count() == 1
