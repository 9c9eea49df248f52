"""A real mail system of the machine's own packages: Postfix takes mail, Dovecot keeps it for IMAP.

Both run from one folder, on ports of their own; nothing of the machine's configuration is read.
`tests/system/install` installs them.
"""

import imaplib
import os
import shutil
import smtplib
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from certificates import Authority

ACCOUNT = "dovecot"
"""Who keeps the mailboxes; the package makes this account."""
PASSWORD = "open-mail"
"""Of all mailboxes."""
PATHS = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))

# Whatever is not for `gone.mssante.fr` goes to Dovecot, which is the end of its way.
MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
myhostname = mail.example.org
mydestination =
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
disable_dns_lookups = yes
default_transport = lmtp:unix:{folder}/lmtp
transport_maps = inline:{{ {{ gone.mssante.fr = error:5.1.1 no such mailbox }} }}
queue_run_delay = 5s
message_size_limit = 104857600
mailbox_size_limit = 0
smtpd_relay_restrictions = permit_mynetworks, reject
mynetworks = 127.0.0.0/8
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {folder}/auth
smtpd_tls_security_level = may
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {certificate}
smtpd_tls_CAfile = {clients}
smtpd_tls_received_header = yes
smtpd_tls_loglevel = 1
"""
MASTER = """
{smtp} inet n - n - - smtpd
{submission} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
{certified} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=no -o smtpd_tls_req_ccert=yes
  -o smtpd_relay_restrictions=permit_tls_all_clientcerts,reject
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
lmtp unix - - n - - lmtp flags=X
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""

DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{certificate}
ssl_ca = <{clients}
ssl_verify_client_cert = yes
ssl_require_crl = no
disable_plaintext_auth = no
auth_mechanisms = plain external
auth_ssl_username_from_cert = yes
auth_failure_delay = 0
default_internal_user = {account}
default_internal_group = {account}
default_login_user = {account}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
mail_home = {folder}/home/%u
passdb {{
  driver = static
  mechanisms = plain
  args = password={password}
}}
passdb {{
  driver = static
  mechanisms = external
  args = nopassword=y
}}
userdb {{
  driver = static
  args = uid={account} gid={account} allow_all_users=yes
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  unix_listener {folder}/auth {{
    mode = 0666
  }}
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
    mode = 0666
  }}
}}
"""


@dataclass(slots=True)
class MailServers:
    """Every address has a mailbox, its password is `PASSWORD`; `smtp` also takes mail without one.

    `submission` wants TLS and the password, `certified` TLS and a certificate; IMAP over TLS takes
    either. Mail for `gone.mssante.fr` is taken and comes back as undeliverable.

    The authority vouches for both servers, and for the clients they know by certificate.
    """

    folder: Path
    authority: Authority
    smtp: int
    submission: int
    certified: int
    imap: int
    imaps: int

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
        return "\n".join(path.read_text(errors="replace") for path in self.folder.glob("*.log"))

    def configure(self) -> None:
        """Write all configurations."""
        values = {
            "folder": self.folder,
            "account": ACCOUNT,
            "password": PASSWORD,
            "smtp": self.smtp,
            "submission": self.submission,
            "certified": self.certified,
            "imap": self.imap,
            "imaps": self.imaps,
            "certificate": self._readable(self.authority.issue("mail")),
            "clients": self._readable(self.authority.root),
        }
        for name, owner in FOLDERS.items():
            (self.folder / name).mkdir(mode=0o755)
            shutil.chown(self.folder / name, owner, owner)
        for name, text in FILES.items():
            (self.folder / name).write_text(text.format(**values))

    def _readable(self, file: Path) -> Path:
        copy = Path(shutil.copy(file, self.folder))
        shutil.chown(copy, ACCOUNT)
        return copy

    def wait(self) -> None:
        """Wait until both answer."""
        deadline = time.monotonic() + 60
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


FOLDERS = {
    "postfix": "root",
    "spool": "root",
    "data": "postfix",
    "run": ACCOUNT,
    "mail": ACCOUNT,
    "home": ACCOUNT,
}
"""Folder → who writes there."""
FILES = {"postfix/main.cf": MAIN, "postfix/master.cf": MASTER, "dovecot.conf": DOVECOT}


def _parsed(fetched: Sequence[object]) -> EmailMessage:
    content = fetched[0]
    assert isinstance(content, tuple)
    made = message_from_bytes(content[1], policy=policy.default)
    assert isinstance(made, EmailMessage)
    return made


@contextmanager
def mail_servers(authority: Authority, port: Callable[[], int]) -> Iterator[MailServers]:
    """Run the mail system on ports that `port` finds; skips the test where programs are missing."""
    postfix, dovecot = (shutil.which(name, path=PATHS) for name in ("postfix", "dovecot"))
    if postfix is None or dovecot is None:
        pytest.skip("Postfix or Dovecot is missing: tests/system/install installs them")
    if os.getuid() != 0:
        pytest.skip("Postfix can only be started by root")
    folder = Path(tempfile.mkdtemp(prefix="mail-"))
    folder.chmod(0o755)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        servers = MailServers(folder, authority, *(port() for _ in range(5)))
        servers.configure()
        box = _started(dovecot, "-F", "-c", f"{folder}/dovecot.conf")
        stack.callback(box.wait, 30)
        stack.callback(box.terminate)
        _started(postfix, "-c", f"{folder}/postfix", "start").wait(60)
        stack.callback(lambda: _started(postfix, "-c", f"{folder}/postfix", "stop").wait(60))
        servers.wait()
        yield servers


def _started(*command: str) -> "subprocess.Popen[bytes]":
    nothing = subprocess.DEVNULL
    return subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing)
