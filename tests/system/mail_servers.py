"""A real mail system of the machine's own packages: Exim takes mail, Dovecot keeps it for IMAP.

Both run in one folder, on ports of their own, without privileges; nothing of the machine's
configuration is read. `tests/system/install` installs them.
"""

import imaplib
import os
import pwd
import shutil
import smtplib
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from system.conftest import free_port

ACCOUNT = "Debian-exim"
"""Exim only listens for root and for this account, which its package makes."""
PASSWORD = "open-mail"
"""Of all mailboxes."""
PATHS = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))

EXIM = """
spool_directory = {folder}/spool
log_file_path = {folder}/exim-%slog
pid_file_path = {folder}/exim.pid
primary_hostname = mail.example.org
local_interfaces = 127.0.0.1
daemon_smtp_ports = {smtp}
keep_environment =
tls_advertise_hosts = {starttls}
tls_certificate = {certificate}
tls_privatekey = {certificate}
message_size_limit = 100M
dsn_advertise_hosts = *
acl_smtp_rcpt = accept
begin acl
accept:
  accept
begin routers
nobody:
  driver = redirect
  domains = gone.mssante.fr
  data = :fail: no such mailbox
  allow_fail
mailboxes:
  driver = accept
  transport = mailboxes
begin transports
mailboxes:
  driver = lmtp
  socket = {folder}/lmtp
begin retry
* * F,1h,5s
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if eq{{$auth3}}{{{password}}}}}
  server_set_id = $auth2
"""

DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = {ssl}
ssl_cert = <{certificate}
ssl_key = <{certificate}
disable_plaintext_auth = no
default_internal_user = {account}
default_internal_group = {account}
default_login_user = {account}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
mail_home = {folder}/home/%u
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={account} gid={account}
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service lmtp {{
  unix_listener {folder}/lmtp {{
    mode = 0600
  }}
}}
"""


@dataclass(slots=True)
class MailServers:
    """Every address has a mailbox, whose password is `PASSWORD`; SMTP also takes mail without one.

    Mail for `gone.mssante.fr` is taken and comes back as undeliverable.

    With a `certificate` (PEM, the key in the same file), SMTP offers STARTTLS and IMAP TLS.
    """

    folder: Path
    certificate: Path | None = None
    smtp: int = field(default_factory=free_port)
    imap: int = field(default_factory=free_port)
    imaps: int = 0

    def mails(self, address: str, count: int = 1, seconds: float = 60) -> list[EmailMessage]:
        """Read a mailbox over IMAP, waiting until so many mails are in it."""
        deadline = time.monotonic() + seconds
        while True:
            found = self._read(address)
            if len(found) >= count:
                return found
            if time.monotonic() > deadline:
                pytest.fail(f"{len(found)} of {count} mails for {address}: {self.log()[-2000:]}")
            time.sleep(0.05)

    def _read(self, address: str) -> list[EmailMessage]:
        with imaplib.IMAP4("127.0.0.1", self.imap) as box:
            box.login(address, PASSWORD)
            box.select(readonly=True)
            numbers = box.search(None, "ALL")[1][0].decode().split()
            return [_parsed(box.fetch(number, "(RFC822)")[1]) for number in numbers]

    def log(self) -> str:
        """Give what both servers wrote."""
        logs = [*self.folder.glob("exim-*log"), *self.folder.glob("*.log")]
        return "\n".join(path.read_text(errors="replace") for path in logs)

    def configure(self) -> None:
        """Write both configurations."""
        values = {
            "folder": self.folder,
            "account": ACCOUNT,
            "password": PASSWORD,
            "smtp": self.smtp,
            "imap": self.imap,
            "imaps": self.imaps,
            "certificate": self.certificate or "/dev/null",
            "starttls": "*" if self.certificate else "",
            "ssl": "yes" if self.certificate else "no",
        }
        for name in ("spool", "run", "mail", "home"):
            (self.folder / name).mkdir()
        (self.folder / "exim.conf").write_text(EXIM.format(**values))
        (self.folder / "dovecot.conf").write_text(DOVECOT.format(**values))

    def wait(self) -> None:
        """Wait until both answer."""
        deadline = time.monotonic() + 30
        while True:
            try:
                with smtplib.SMTP("127.0.0.1", self.smtp, timeout=5) as box:
                    box.noop()
                imaplib.IMAP4("127.0.0.1", self.imap).logout()
            except (OSError, imaplib.IMAP4.error):
                if time.monotonic() > deadline:
                    pytest.fail(f"the mail servers do not answer: {self.log()[-2000:]}")
                time.sleep(0.05)
            else:
                return


def _parsed(fetched: Sequence[object]) -> EmailMessage:
    content = fetched[0]
    assert isinstance(content, tuple)
    made = message_from_bytes(content[1], policy=policy.default)
    assert isinstance(made, EmailMessage)
    return made


@contextmanager
def mail_servers(certificate: Path | None = None) -> Iterator[MailServers]:
    """Run the mail system; skips the test where its programs are missing."""
    exim, dovecot = (shutil.which(name, path=PATHS) for name in ("exim4", "dovecot"))
    if exim is None or dovecot is None:
        pytest.skip("Exim or Dovecot is missing: tests/system/install installs them")
    if os.getuid() not in (0, pwd.getpwnam(ACCOUNT).pw_uid):
        pytest.skip(f"mail servers are started by root, as {ACCOUNT}")
    folder = Path(tempfile.mkdtemp(prefix="mail-"))
    running: list[subprocess.Popen[bytes]] = []
    try:
        servers = MailServers(folder, _readable(certificate, folder))
        servers.imaps = free_port() if certificate else 0
        servers.configure()
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, ACCOUNT, ACCOUNT)
        running.append(_start([dovecot, "-F", "-c", str(folder / "dovecot.conf")]))
        running.append(_start([exim, "-C", str(folder / "exim.conf"), "-bdf", "-q5s"]))
        servers.wait()
        yield servers
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _readable(certificate: Path | None, folder: Path) -> Path | None:
    return None if certificate is None else Path(shutil.copy(certificate, folder / "tls.pem"))


def _start(command: list[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        command,
        user=ACCOUNT,
        group=ACCOUNT,
        extra_groups=[],
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
