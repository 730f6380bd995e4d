"""Run a test that a person began on the settings page."""

from channels_app.domain import mailbox_tests
from channels_app.domain.mailbox_troubles import Stage
from channels_app.fetching.diagnosis import diagnose
from channels_app.fetching.outgoing import try_out
from channels_app.fetching.sign_in import access_of
from channels_app.fetching.wire import Way


def run(test_id: int) -> None:
    """Once; however it goes, the row is ended and holds no secret any more."""
    test = mailbox_tests.take(test_id)
    if test is None:
        return
    try:
        wanted = test.settings
        if test.connection_id is None:
            try_out(test, lambda step: mailbox_tests.add_step(test, step))
            return
        way = Way(wanted["host"], int(wanted["port"]), wanted["security"])
        access = access_of(wanted, test.opened())
        diagnose(way, access, wanted["folder"], lambda step: mailbox_tests.add_step(test, step))
    except Exception:
        failed = {"stage": str(Stage.FETCH), "state": "failed", "code": "odd_answer", "detail": ""}
        mailbox_tests.add_step(test, failed)
        raise
    finally:
        mailbox_tests.end(test)
