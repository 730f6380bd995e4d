"""Test a connection step by step: what works, what failed first, and what to do about it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass

from channels_app.domain.mailbox_troubles import Stage, Trouble, steps_of
from channels_app.fetching.session import Session, open_session, telling
from channels_app.fetching.sign_in import Access
from channels_app.fetching.wire import Way

WHOLE_SECONDS = 45.0  # of all steps together; each has its own, shorter limit


@dataclass(frozen=True)
class Step:
    """`state`: done, failed, or note for what works and is worth knowing."""

    stage: str
    state: str
    detail: str = ""
    code: str = ""


def diagnose(way: Way, access: Access, folder: str, tell: Callable[[dict[str, str]], None]) -> bool:
    """Run all steps, telling each as soon as it is known; whether the mailbox can be watched."""

    def report(stage: Stage, detail: str) -> None:
        tell(asdict(Step(stage, "done", detail)))

    reached: list[Stage] = []

    def note(stage: Stage, detail: str) -> None:
        reached.append(stage)
        report(stage, detail)

    try:
        session = open_session(way, access, report=note)
    except Trouble as trouble:
        tell(failed(trouble, reached, way.security))
        return False
    patience = threading.Timer(WHOLE_SECONDS, session.sever)
    patience.daemon = True
    patience.start()
    try:
        look_into(session, folder, report, tell)
    except Trouble as trouble:
        tell(failed(trouble, [*reached], way.security))
        return False
    finally:
        patience.cancel()
        session.close()
    return True


def failed(trouble: Trouble, reached: list[Stage], security: str) -> dict[str, str]:
    """The step that was under way: a broken line can end any of them."""
    left = [stage for stage in steps_of(security) if stage not in reached]
    own = trouble.meaning.stage
    stage = own if own in left else (left[0] if left else Stage.FOLDER)
    return asdict(Step(stage, "failed", trouble.detail, trouble.code))


def look_into(
    session: Session,
    folder: str,
    report: Callable[[Stage, str], None],
    tell: Callable[[dict[str, str]], None],
) -> None:
    """Open the folder as a reader only, and see whether the server will tell of new mail by itself."""
    try:
        found = session.open_folder(folder, read_only=True)
    except Trouble as trouble:
        if trouble.code != "no_folder":
            raise
        with telling():
            names = ", ".join(session.folder_names())
        raise Trouble("no_folder", names) from trouble
    report(Stage.FOLDER, str(found.mails))
    if session.can_idle:
        report(Stage.IDLE, "")
    else:
        tell(asdict(Step(Stage.IDLE, "note")))
