"""Who may send from a mailbox and read it, as mail servers that are not ours see it."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from certificates import Authority
from cordee.bridges.mssante.mailbox import Mailbox
from cordee.bridges.mssante.submission import Accepted, Submission
from cordee.errors import Category, FhirError
from cordee.settings import Settings
from cordee.store.mailbox_marks import Mark
from system.mail_servers import PASSWORD, MailServers

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("mail")]
OURS = "circle@tilleuls.mssante.fr"
MAIL = b"Subject: Essai\r\n\r\nBonjour\r\n"


def account(mail: MailServers, **more: Any) -> Settings:
    """Tell where our mailbox is."""
    return Settings(
        mssante_mailbox=OURS,
        mssante_imap=f"imaps://127.0.0.1:{mail.imaps}",
        mssante_authority=mail.authority.root,
        **more,
    )


async def test_a_certificate_opens_the_mailbox(mail: MailServers) -> None:
    """It is enough to send and to collect, and reports of delivery are asked for."""
    smtp, shown = f"smtp://127.0.0.1:{mail.certified}", mail.authority.issue(OURS)
    told = account(mail, mssante_smtp=smtp, mssante_certificate=shown)
    taken = await Submission(told).send(OURS, MAIL, "note-1")
    assert isinstance(taken, Accepted)
    assert taken.reports
    kinds = {row.get_content_type(): row.as_string() for row in mail.mails(OURS, 2)}
    assert "Action: delivered" in kinds["multipart/report"]
    place = (await asyncio.to_thread(Mailbox(told).news, Mark(0, 0)))[0]
    assert await asyncio.to_thread(Mailbox(told).fetch, place)
    assert "method=EXTERNAL" in mail.log()


async def test_a_password_opens_the_mailbox(mail: MailServers) -> None:
    """Where the operator gives one, it is enough too."""
    smtp = f"smtp://127.0.0.1:{mail.submission}"
    told = account(mail, mssante_smtp=smtp, mssante_password=PASSWORD)
    taken = await Submission(told).send(OURS, MAIL, None)
    assert isinstance(taken, Accepted)
    mail.mails(OURS)
    place = (await asyncio.to_thread(Mailbox(told).news, Mark(0, 0)))[0]
    assert await asyncio.to_thread(Mailbox(told).fetch, place)


@pytest.mark.parametrize("who", ["nobody", "of another authority", "somebody else"])
async def test_only_our_certificate_opens_our_mailbox(
    mail: MailServers, tmp_path: Path, who: str
) -> None:
    """Anybody else is turned away, in a way that can be mended and tried again."""
    shown: dict[str, Path | None] = {
        "nobody": None,
        "of another authority": Authority.make(tmp_path, "other").issue(OURS),
        "somebody else": mail.authority.issue("else@tilleuls.mssante.fr"),
    }
    smtp = f"smtp://127.0.0.1:{mail.certified}"
    told = account(mail, mssante_smtp=smtp, mssante_certificate=shown[who])
    with pytest.raises(FhirError) as refusal:
        await asyncio.to_thread(Mailbox(told).news, Mark(0, 0))
    assert refusal.value.category is Category.UNAVAILABLE
    if who == "somebody else":
        return  # from which mailbox somebody sends is for the operator to see
    with pytest.raises(FhirError) as refusal:
        await Submission(told).send(OURS, MAIL, None)
    assert refusal.value.category is Category.UNAVAILABLE
