"""XDM archives, and what addresses hold, on the page of validation."""

import io
import zipfile

import pytest

from bridges.xdm.conftest import documents, parcel, tables, written
from console.conftest import Site, text
from cordee.bridges.xdm.writer import Parcel, write

__all__ = ["documents", "parcel", "tables", "written"]

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"}


async def test_each_document_of_an_archive_is_judged(site: Site, parcel: Parcel) -> None:
    """The archive itself is told of first, then each document as CDA, at its place."""
    packed = io.BytesIO(write(parcel))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("IHE_XDM/SUBSET01/STRANGE.TXT", b"nobody named me")
    files = {"file": ("mail.zip", packed.getvalue(), "application/zip")}
    page = await site.post("/validate", files=files, headers=SAME_ORIGIN)
    heads = [" ".join(one.text_content().split()) for one in page.cssselect(".document h2")]
    kinds = [one.text_content().split()[0] for one in page.cssselect(".document h2 small")]
    assert kinds == ["XDM", "CDA", "CDA"]
    assert "mail.zip / IHE_XDM/SUBSET01/DOC00001.XML" in heads[1]
    (odd,) = page.cssselect(".document")[0].cssselect(".finding")
    assert "STRANGE.TXT" in odd.text_content()


@pytest.mark.parametrize(
    "sent", [b"PK\3\4 no zip at all", b"PK\3\4"], ids=["broken", "only its sign"]
)
async def test_what_is_no_archive_is_told(site: Site, sent: bytes) -> None:
    """An archive that cannot be opened is a finding, not a fault of the page."""
    files = {"file": ("mail.zip", sent, "application/zip")}
    page = await site.post("/validate", files=files, headers=SAME_ORIGIN)
    assert len(page.cssselect(".finding.error")) == 1


async def test_an_address_inside_is_refused(site: Site) -> None:
    """The page says why it does not fetch from there."""
    sent = {"address": "http://169.254.169.254/latest"}
    answer = await site.client.post("/validate", data=sent, headers=SAME_ORIGIN)
    assert answer.status_code == 400
    assert "not a public address" in answer.text


async def test_other_sites_have_nothing_fetched(site: Site) -> None:
    """A form of a foreign page does not make this server ask others."""
    sent = {"address": "https://example.org/"}
    foreign = {"Sec-Fetch-Site": "cross-site"}
    answer = await site.client.post("/validate", data=sent, headers=foreign)
    assert answer.status_code == 403


async def test_the_form_asks_for_an_address(site: Site) -> None:
    """The page says what may be fetched."""
    page = await site.get("/validate", language="en")
    assert page.get_element_by_id("address").get("type") == "url"
    assert "Public hosts only" in text(page)
