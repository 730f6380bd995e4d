"""The command as a process: it ends at once when it is asked to, whoever keeps a line open."""

import signal
import smtplib
import subprocess
import sys
import time

from carecenter.embedded.paths import PROJECT_DIR
from tests.stacks import free_ports, wait_for


def greets(port):
    try:
        smtplib.SMTP("127.0.0.1", port, timeout=2).quit()
    except OSError:
        return False
    return True


def test_inlet_ends_within_seconds_though_a_client_keeps_its_line_open():
    (port,) = free_ports(1)
    command = [
        sys.executable,
        PROJECT_DIR / "manage.py",
        "smtp_inlet",
        "--port",
        str(port),
        "--name",
        "mx.test",
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as inlet:
        try:
            assert wait_for(lambda: greets(port), 30)
            with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
                client.ehlo()
                begun = time.monotonic()
                inlet.send_signal(signal.SIGTERM)
                assert inlet.wait(10) == 0
                assert time.monotonic() - begun < 6
                client.close()
        finally:
            inlet.kill()


def test_busy_port_is_one_sentence():
    (port,) = free_ports(1)
    import socket

    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        command = [sys.executable, PROJECT_DIR / "manage.py", "smtp_inlet", "--port", str(port)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "cannot be opened" in done.stderr
    assert "Traceback" not in done.stderr
