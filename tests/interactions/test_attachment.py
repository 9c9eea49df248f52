"""Attached content: bounded, harmless, and what it says it is."""

import base64
from typing import Any

import httpx
import pytest

from conftest import OpenClient
from cordee.resource.types import Resource

PDF = b"%PDF-1.7\n%%EOF"


def attachment(content_type: str, content: bytes) -> dict[str, Any]:
    """Inline content."""
    return {"contentType": content_type, "data": base64.b64encode(content).decode()}


def holding(type: str, content_type: str, content: bytes) -> tuple[Resource, str]:
    """A resource of a type with something attached, and where that stands."""
    made = attachment(content_type, content)
    if type == "Binary":
        return {"resourceType": "Binary"} | made, "Binary.data"
    if type == "Communication":
        said = [{"contentString": "Voici."}, {"contentAttachment": made}]
        message = {"resourceType": type, "status": "completed", "payload": said}
        return message, "Communication.payload[1].content"
    document = {"resourceType": type, "status": "current", "content": [{"attachment": made}]}
    return document, "DocumentReference.content[0].attachment"


@pytest.mark.parametrize("type", ["Binary", "Communication", "DocumentReference"])
async def test_what_is_attached_is_looked_at(http: httpx.AsyncClient, type: str) -> None:
    """Wherever it stands: a PDF is one, and a program is refused."""
    good, _ = holding(type, "application/pdf", PDF)
    assert (await http.post(f"/{type}", json=good)).status_code == 201
    for content_type, content in (
        ("image/png", PDF),
        ("application/pdf", b"MZ\x90\x00"),
        ("text/html", b"<p>Bonjour</p>"),
    ):
        bad, where = holding(type, content_type, content)
        answer = await http.post(f"/{type}", json=bad)
        assert answer.status_code == 422, answer.text
        assert answer.json()["issue"][0]["expression"] == [where]


async def test_white_space_hides_nothing(http: httpx.AsyncClient) -> None:
    """Base64 may be broken into lines; what it says stays the same."""
    data = base64.b64encode(b"MZ\x90\x00" * 20).decode()
    for spaced in (f"\n {data}", "\n".join(data)):
        binary = {"resourceType": "Binary", "contentType": "application/pdf", "data": spaced}
        answer = await http.post("/Binary", json=binary)
        assert answer.status_code == 422
        assert "program" in answer.json()["issue"][0]["diagnostics"]


async def test_raw_content_is_looked_at_too(http: httpx.AsyncClient) -> None:
    """A body sent in its own content type."""
    answer = await http.post("/Binary", content=PDF, headers={"Content-Type": "image/png"})
    assert answer.status_code == 422


async def test_an_attachment_has_a_size_limit(open_client: OpenClient) -> None:
    """As many bytes as the setting says, not one more."""
    client = await open_client(attachment_max_bytes=1024)
    for size, status in ((1024, 201), (1025, 413)):
        binary, _ = holding("Binary", "text/plain", b"a" * size)
        assert (await client.post("/Binary", json=binary)).status_code == status
