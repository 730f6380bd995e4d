"""The clock inside a worker."""

import os
import signal

import pytest

from carecenter import worker_with_beat
from carecenter.worker_with_beat import Clock

ROUND = 5


@pytest.fixture
def clock(monkeypatch, tmp_path):
    """It would send tasks each second; here nothing is due."""
    monkeypatch.setitem(worker_with_beat.app.conf.changes, "beat_schedule", {})
    found = Clock()
    found.service.schedule_filename = str(tmp_path / "schedule")
    return found


@pytest.fixture
def killed(monkeypatch):
    found = []
    monkeypatch.setattr(os, "kill", lambda *words: found.append(words))
    return found


def test_stops_within_its_longest_pause(clock, killed):
    clock.start()
    clock.stop()
    clock.join(ROUND)
    assert not clock.is_alive()
    assert killed == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_worker_does_not_go_on_without_its_clock(clock, killed, monkeypatch):
    def broken():
        raise OSError("no space left on the device")

    monkeypatch.setattr(clock.service.scheduler, "tick", broken)
    clock.start()
    clock.join(ROUND)
    assert killed == [(os.getpid(), signal.SIGTERM)]
