"""A Dovecot of the test's own, on loopback, with certificates made for it, and a line to it that can be cut.

It is a child of the test and ends with it, even by kill -9.
"""

import contextlib
import datetime
import imaplib
import ipaddress
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, Self

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from carecenter.embedded import processes
from tests.stacks import free_ports, wait_for

PASSWORD = "app-password"
CONFIG = """
base_dir = {root}/run
state_dir = {root}/state
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{root}/server.pem
ssl_key = <{root}/server.key
disable_plaintext_auth = no
log_path = {root}/log
default_internal_user = dovecot
default_login_user = dovenull
first_valid_uid = 1
mail_max_userip_connections = 200
auth_mechanisms = plain login {mechanisms}
auth_failure_delay = 0
mail_location = maildir:{root}/mail/%u
imap_idle_notify_interval = 2 mins
{capability}
{oauth}
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
    port = {imaps}
    ssl = yes
  }}
}}
"""
OAUTH = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {root}/oauth.conf
}}
"""
OAUTH_CONF = """
introspection_mode = post
introspection_url = {url}
username_attribute = username
active_attribute = active
active_value = true
"""


def need_dovecot() -> None:
    """Skip, saying what is missing."""
    if os.geteuid() != 0:
        pytest.skip("Dovecot starts as root only")
    if not shutil.which("dovecot"):
        pytest.skip("no mail server: on Debian, apt install dovecot-imapd")


class Authority:
    """Whom the test trusts: its file is what SSL_CERT_FILE names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of a test")])
        self.file = folder / "authority.pem"
        certificate = self._builder(self.name, self.key.public_key()).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        self._write(self.file, certificate.sign(self.key, hashes.SHA256()))

    def _builder(self, subject: x509.Name, public_key: Any, *, days: int = 30) -> x509.CertificateBuilder:
        present = datetime.datetime.now(datetime.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(present - datetime.timedelta(days=60))
            .not_valid_after(present + datetime.timedelta(days=days))
        )

    def _write(self, path: Path, certificate: x509.Certificate) -> None:
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def issue(self, name: str, *, host: str = "localhost", days: int = 30) -> tuple[Path, Path]:
        """Files of a certificate for the host, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        with_name = self._builder(subject, key.public_key(), days=days).add_extension(
            x509.SubjectAlternativeName([alternative(host)]), critical=False
        )
        chain, secret = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        self._write(chain, with_name.sign(self.key, hashes.SHA256()))
        secret.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return chain, secret


def alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


class Dovecot:
    """Use as a context manager. `imaps` speaks TLS at once, `imap` in clear text or by STARTTLS."""

    def __init__(self, *, without: str = "", oauth_url: str = "") -> None:
        # Not below the test's own folder: the server's users must be able to walk to it.
        self.root = Path(tempfile.mkdtemp(prefix="cc-imap-", dir="/tmp"))
        self.imap, self.imaps = free_ports(2)
        self.without = without
        self.oauth_url = oauth_url
        self.authority = Authority(self.root)
        self.child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.authority.issue("server")
        for name in ("run", "state", "mail"):
            (self.root / name).mkdir()
        self.root.chmod(0o755)
        shutil.chown(self.root / "mail", "mail", "mail")
        capability = (
            "imap_capability = IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE LITERAL+" if self.without else ""
        )
        (self.root / "dovecot.conf").write_text(
            CONFIG.format(
                root=self.root,
                imap=self.imap,
                imaps=self.imaps,
                password=PASSWORD,
                capability=capability,
                mechanisms="xoauth2" if self.oauth_url else "",
                oauth=OAUTH.format(root=self.root) if self.oauth_url else "",
            ).lstrip()
        )
        (self.root / "oauth.conf").write_text(OAUTH_CONF.format(url=self.oauth_url))
        self.start()
        return self

    def start(self) -> None:
        output = (self.root / "output").open("ab")
        command = ["dovecot", "-F", "-c", self.root / "dovecot.conf"]
        self.child = processes.spawn(command, output=output, env=os.environ)
        assert wait_for(self._answers, 20), (self.root / "output").read_text()

    def stop(self) -> None:
        assert self.child is not None
        processes.end(self.child, within=5)
        mark = os.fsencode(self.root)
        for folder in Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError):
                if mark in os.fsencode((folder / "cwd").readlink()):
                    os.kill(int(folder.name), signal.SIGKILL)

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            imaplib.IMAP4("127.0.0.1", self.imap, timeout=5).logout()
        except (OSError, imaplib.IMAP4.error):
            return False
        return True

    @contextlib.contextmanager
    def client(self, user: str) -> Any:
        with imaplib.IMAP4("127.0.0.1", self.imap, timeout=20) as client:
            client.login(user, PASSWORD)
            yield client

    def put(
        self,
        user: str,
        *mails: bytes,
        at: datetime.datetime | None = None,
        folder: str = "INBOX",
        flags: str = "",
    ) -> None:
        """Mails that lie in the mailbox from now on; `at` is when they arrived there."""
        when = imaplib.Time2Internaldate(at) if at else ""
        with self.client(user) as client:
            for mail in mails:
                kind, said = client.append(folder, flags, when, mail)
                assert kind == "OK", said

    def flags(self, user: str) -> list[bytes]:
        """Number and flags of every mail, as they are."""
        with self.client(user) as client:
            client.select("INBOX", readonly=True)
            return sorted(item for item in client.fetch("1:*", "(UID FLAGS)")[1] if item)

    def renumber(self, user: str) -> None:
        """New UIDVALIDITY and new numbers, as after a restored backup."""
        folder = self.root / "mail" / user
        head = (folder / "dovecot-uidlist").read_text().split()
        number = next(int(word[1:]) for word in head if word.startswith("V"))
        for path in folder.glob("dovecot*"):
            path.unlink()
        (folder / "dovecot-uidlist").write_text(f"3 V{number + 1000} N1\n")
        shutil.chown(folder / "dovecot-uidlist", "mail", "mail")


class Proxy:
    """A line to a port that a test can cut: after so many bytes of the server's, or silence it."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.cut_after: list[int] = []  # for the next connections, one each
        self.silent = threading.Event()
        self.connections = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()
        self.cut()

    def cut(self) -> None:
        """All lines there are, now."""
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.target), timeout=5)
            except OSError:
                client.close()
                continue
            self.connections += 1
            limit = self.cut_after.pop(0) if self.cut_after else None
            self._open += [client, server]
            threading.Thread(target=self._carry, args=(client, server, None), daemon=True).start()
            threading.Thread(target=self._carry, args=(server, client, limit), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, limit: int | None) -> None:
        source.settimeout(None)
        carried = 0
        with contextlib.suppress(OSError):
            while piece := source.recv(4096):
                while self.silent.is_set():
                    time.sleep(0.05)
                if limit is not None and carried + len(piece) > limit:
                    target.sendall(piece[: limit - carried])
                    break
                carried += len(piece)
                target.sendall(piece)
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
