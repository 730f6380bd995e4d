"""What the installation says of itself: each sign turns when what it watches goes wrong."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import call_command

from carecenter import vitals
from carecenter.lib.realtime import valkey
from carecenter.lib.time import now
from carecenter.lib.vitals import Limits, State, Unit, Vital, duration, overdue
from channels_app.models import Connection, InboundRecord
from insights.models import Progress
from journal.models import Event, FailedReaction
from tests.factories.tickets import InboxFactory
from tickets.models import SearchTask

pytestmark = pytest.mark.django_db


@pytest.fixture
def valkey_goes(settings: Any, tmp_path: Any) -> Iterator[Callable[[], None]]:
    """`valkey_goes()`: from then on nothing answers at its address."""

    def go() -> None:
        settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": f"unix://{tmp_path}/none"}}
        valkey.cache_clear()

    yield go
    valkey.cache_clear()


def sign(code: str) -> Vital:
    return next(vital for vital in vitals.all_vitals() if vital.code == code)


def ago(**much: float) -> dt.datetime:
    return now() - dt.timedelta(**much)


def test_what_is_not_due_yet_is_not_late(clock: Any) -> None:
    limits = Limits(warning=60, trouble=600)
    states = [
        overdue("x", "X", moment, limits, advice="").state
        for moment in (None, ago(seconds=-5), ago(seconds=59), ago(seconds=60), ago(seconds=600))
    ]
    assert states == [State.OK, State.OK, State.OK, State.WARNING, State.TROUBLE]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (119, "119 s"), (120, "2 min"), (7199, "119 min"), (7200, "2 h"), (200_000, "2 d")],
)
def test_time_is_told_in_the_unit_that_fits(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_values_are_shown_as_a_person_reads_them() -> None:
    shown = [
        Vital("a", "A", value, unit).shown
        for value, unit in ((3, Unit.COUNT), (1, Unit.FLAG), (0, Unit.FLAG))
    ]
    assert shown == ["3", "yes", "no"]
    assert Vital("a", "A", 3_000_000, Unit.BYTES).shown == "2.9\xa0MB"


def test_reactions_that_wait_are_told() -> None:
    assert sign("journal_overdue_seconds").state == State.OK
    Event.objects.create(name="ticket.created", actor="system", next_try_at=ago(minutes=20))
    assert sign("journal_overdue_seconds").state == State.TROUBLE


def test_parked_reactions_are_counted() -> None:
    event = Event.objects.create(name="ticket.created", actor="system", next_try_at=None)
    FailedReaction.objects.create(event=event, handler="a.b", state=FailedReaction.State.PARKED)
    found = sign("reactions_parked")
    assert (found.value, found.state) == (1, State.WARNING)


def test_search_that_is_behind_is_told() -> None:
    SearchTask.objects.create(ticket_id=1, due_at=ago(hours=7))
    assert sign("search_overdue_seconds").state == State.TROUBLE


def test_numbers_that_are_behind_are_told() -> None:
    Progress.objects.create(pk=1, counted_at=ago(minutes=20))
    assert sign("insights_overdue_seconds").state == State.WARNING


def test_what_failed_is_seen_behind_all_that_is_parked(brand: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("channels_app.vitals.MANY", 2)
    connection = Connection.objects.create(inbox=InboxFactory(brand=brand, key="support"))
    for key, state in enumerate(("parked", "parked", "parked", "failed")):
        InboundRecord.objects.create(connection=connection, key=str(key), raw=b"x", size=1, state=state)
    assert [sign(code).value for code in ("intake_failed", "intake_parked")] == [1, 2]


@pytest.mark.parametrize(("state", "code"), [("failed", "intake_failed"), ("parked", "intake_parked")])
def test_what_arrived_and_stuck_is_counted(state: str, code: str, brand: Any) -> None:
    connection = Connection.objects.create(inbox=InboxFactory(brand=brand, key="support"))
    InboundRecord.objects.create(connection=connection, key="1", raw=b"x", size=1, state=state)
    assert sign(code).value == 1


def test_valkey_and_worker_that_do_not_answer_are_trouble(valkey_goes: Callable[[], None]) -> None:
    assert sign("valkey_up").value == 1
    valkey_goes()
    found = sign("valkey_up")
    assert (found.shown, found.state) == ("no", State.TROUBLE)
    assert sign("workers_up").state == State.TROUBLE  # no worker runs beside the tests


def test_mail_that_reaches_nobody_is_trouble_outside_the_demo(settings: Any) -> None:
    settings.SMTP_URL, settings.DEMO = "", False
    assert sign("smtp_set").state == State.TROUBLE
    settings.SMTP_URL = "smtp://mail.example"
    assert sign("smtp_set").state == State.OK


def test_doctor_says_what_to_do(capsys: Any, settings: Any) -> None:
    settings.SMTP_URL, settings.DEMO = "", False
    with pytest.raises(SystemExit) as ended:
        call_command("doctor")
    said = capsys.readouterr().out
    assert ended.value.code == 1
    assert "TROUBLE A server for outgoing mail is set: no" in said
    assert "Administration, Outgoing mail" in said
    assert "ok      Parked reactions: 0" in said


def test_metrics_need_their_token(client: Any, settings: Any) -> None:
    def status(header: str) -> int:
        return int(client.get("/metrics", headers={"Authorization": header}).status_code)

    assert status("Bearer ") == 404  # none is set, and none opens nothing
    settings.METRICS_TOKEN = "s3cret-of-the-scraper"
    assert [status(header) for header in ("", "Bearer wrong", "Bearer s3cret-of-the-scraper")] == [
        404,
        404,
        200,
    ]
    text = client.get("/metrics", headers={"Authorization": "Bearer s3cret-of-the-scraper"}).content.decode()
    assert "\n# TYPE carecenter_journal_overdue_seconds gauge\ncarecenter_journal_overdue_seconds 0\n" in text
    assert 'carecenter_state{sign="workers_up"} 2' in text


def test_ready_is_who_can_do_all_the_work(client: Any, valkey_goes: Callable[[], None]) -> None:
    assert (client.get("/readyz/").status_code, client.get("/healthz/").status_code) == (200, 200)
    valkey_goes()
    away = client.get("/readyz/")
    assert (away.status_code, away.json()) == (503, {"database": True, "valkey": False})


def test_page_is_for_who_reads_the_journal_of_every_brand(
    client_for: Callable[..., Any], admin: Any, lead: Any, alice: Any
) -> None:
    shown = client_for(admin).get("/admin-desk/health/").content.decode()
    assert "A worker answers" in shown
    assert "Start a worker: until then nothing is sent, asked or counted." in shown
    assert [client_for(user).get("/admin-desk/health/").status_code for user in (lead, alice)] == [
        404,
        404,
    ]
