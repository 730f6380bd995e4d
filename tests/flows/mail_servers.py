"""A Postfix and a Dovecot of the test's own, on loopback: mail for customer.test lies in mailboxes, mail for
support.test is relayed to the inlet. They are children of the test and end with it, even by kill -9.
"""

import imaplib
import os
import shutil
import signal
import smtplib
import subprocess
import tempfile
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Self

import pytest

from carecenter.embedded import processes
from tests.stacks import free_ports, wait_for

PACKAGES = "postfix dovecot-imapd dovecot-lmtpd"
PASSWORD = "pw"
DOVECOT = """
base_dir = {root}/dc/run
state_dir = {root}/dc/state
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
log_path = {root}/dc/log
default_internal_user = dovecot
default_login_user = dovenull
first_valid_uid = 1
mail_location = maildir:{root}/mail/%u
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={root}/mail/%u allow_all_users=yes
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  unix_listener {root}/pf/spool/private/dovecot-lmtp {{
    mode = 0666
  }}
}}
protocol lmtp {{
  auth_username_format = %Lu
}}
"""
POSTFIX = """
compatibility_level = 3.6
queue_directory = {root}/pf/spool
data_directory = {root}/pf/data
mail_owner = postfix
setgid_group = postdrop
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
myhostname = mx.test
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = customer.test
virtual_transport = lmtp:unix:private/dovecot-lmtp
relay_domains = support.test
transport_maps = inline:{{support.test=smtp:[127.0.0.1]:{inlet}}}
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
minimal_backoff_time = 2s
maximal_backoff_time = 5s
queue_run_delay = 2s
message_size_limit = 52428800
maillog_file = {root}/pf/log
maillog_file_prefixes = {root}
"""
SERVICES = """
127.0.0.1:{smtp} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


def need_mail_servers() -> None:
    """Skip, saying what is missing."""
    if os.geteuid() != 0:
        pytest.skip("Postfix starts as root only")
    if not shutil.which("postfix") or not shutil.which("dovecot"):
        pytest.skip(f"no mail servers: on Debian, apt install {PACKAGES}")


class MailServers:
    """Use as a context manager. `smtp` is where customers and Carecenter hand mail over."""

    def __init__(self, *, inlet: int) -> None:
        # Not below the test's own folder: the servers' users must be able to walk to it.
        self.root = Path(tempfile.mkdtemp(prefix="cc-mail-", dir="/tmp"))
        self.smtp, self.imap = free_ports(2)
        self.inlet = inlet
        self.children: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        self._write_settings()
        output = (self.root / "output").open("wb")
        subprocess.run(
            ["postfix", "-c", self.root / "pf/etc", "check"], check=True, stdout=output, stderr=output
        )
        commands = (
            ["dovecot", "-F", "-c", self.root / "dc/dovecot.conf"],
            ["postfix", "-c", self.root / "pf/etc", "start-fg"],
        )
        for command in commands:
            self.children.append(processes.spawn(command, output=output, env=os.environ))
        assert wait_for(self._answer, 20), (self.root / "output").read_text()
        return self

    def __exit__(self, *_: object) -> None:
        for child in self.children:
            processes.end(child, within=5)
        self._end_daemons()
        shutil.rmtree(self.root, ignore_errors=True)

    def _end_daemons(self) -> None:
        """The servers' own helpers work below our folder: whatever still does is ours to end."""
        mark = os.fsencode(self.root)
        for folder in Path("/proc").iterdir():
            try:
                here = folder.name.isdecimal() and mark in os.fsencode((folder / "cwd").readlink())
                if here:
                    os.kill(int(folder.name), signal.SIGKILL)
            except OSError:
                continue

    def _write_settings(self) -> None:
        for name in ("pf/etc", "pf/data", "pf/spool", "dc/run", "dc/state", "mail"):
            (self.root / name).mkdir(parents=True)
        for name in ("", "pf", "pf/spool"):
            (self.root / name).chmod(0o755)
        shutil.chown(self.root / "mail", "mail", "mail")
        shutil.chown(self.root / "pf/data", "postfix")
        values = {
            "root": self.root,
            "imap": self.imap,
            "smtp": self.smtp,
            "inlet": self.inlet,
            "password": PASSWORD,
        }
        for name, text in (
            ("dc/dovecot.conf", DOVECOT),
            ("pf/etc/main.cf", POSTFIX),
            ("pf/etc/master.cf", SERVICES),
        ):
            (self.root / name).write_text(text.format(**values).lstrip())

    def _answer(self) -> bool:
        try:
            smtplib.SMTP("127.0.0.1", self.smtp, timeout=5).quit()
            imaplib.IMAP4("127.0.0.1", self.imap, timeout=5).logout()
        except (OSError, smtplib.SMTPException, imaplib.IMAP4.error):
            return False
        return True

    def send(self, message: EmailMessage) -> None:
        """As a customer's mail client does: to the server of their provider."""
        with smtplib.SMTP("127.0.0.1", self.smtp, timeout=20) as client:
            client.send_message(message)

    def mailbox(self, address: str) -> list[EmailMessage]:
        """What lies in the customer's mailbox."""
        with imaplib.IMAP4("127.0.0.1", self.imap, timeout=10) as client:
            client.login(address, PASSWORD)
            client.select("INBOX", readonly=True)
            _, (found,) = client.search(None, "ALL")
            raws = [client.fetch(number.decode(), "(RFC822)")[1][0][1] for number in found.split()]
        return [message_from_bytes(raw, policy=policy.default) for raw in raws]

    def wait_for_mails(self, address: str, count: int, seconds: float = 30) -> list[EmailMessage]:
        deadline = time.monotonic() + seconds
        while len(found := self.mailbox(address)) < count and time.monotonic() < deadline:
            time.sleep(0.2)
        assert len(found) == count, [mail["Subject"] for mail in found]
        return found
