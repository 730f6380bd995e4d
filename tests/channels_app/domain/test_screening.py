"""Pure functions: what is ignored, parked, or may become work."""

import pytest

from channels_app.domain.screening import FROM_ONE_SENDER, ON_ONE_TICKET, Facts, oversize, screen
from channels_app.kinds.base import InboundEvent

MAIL = InboundEvent(text="Hello")
ROBOT = InboundEvent(is_auto=True)
REPORT = InboundEvent(is_auto=True, is_bounce=True)


@pytest.mark.parametrize(
    ("facts", "state", "reason"),
    [
        (Facts(MAIL, is_own_mark=True), "ignored", "own_mail"),
        (Facts(MAIL, is_own_message_id=True), "parked", "own_mail"),
        (Facts(MAIL, is_own_sender=True), "parked", "own_address"),
        (Facts(MAIL, is_blocked=True), "ignored", "blocked"),
        (Facts(REPORT), "parked", "bounce"),
        (Facts(ROBOT), "parked", "automatic"),
        (Facts(MAIL, from_sender=FROM_ONE_SENDER), "parked", "storm"),
        (Facts(MAIL, has_ticket=True, on_ticket=ON_ONE_TICKET), "parked", "storm"),
        # The first that speaks decides
        (Facts(ROBOT, is_own_mark=True, is_blocked=True), "ignored", "own_mail"),
    ],
)
def test_screens_object(facts, state, reason):
    verdict = screen(facts)
    assert (verdict.state, verdict.reason) == (state, reason)


@pytest.mark.parametrize(
    "facts",
    [
        Facts(MAIL),
        Facts(MAIL, has_ticket=True),
        Facts(ROBOT, has_ticket=True),
        Facts(REPORT, has_ticket=True),
        Facts(REPORT, is_returned_answer=True),
        Facts(MAIL, from_sender=FROM_ONE_SENDER - 1, on_ticket=ON_ONE_TICKET - 1),
    ],
)
def test_screens_let_work_pass(facts):
    assert screen(facts) is None


def test_oversize_is_parked():
    assert oversize(10, 10) is None
    assert oversize(11, 10).reason == "oversize"
