"""https://hl7.org/fhir/R4/http.html#read, #cread and #vread."""

from datetime import UTC, datetime, timedelta

import pytest

from cordee.errors import Category
from interactions.conftest import Client, Refusal, content, patient


async def test_unknown_and_deleted_differ(client: Client) -> None:
    """An id never used is 404; a deleted resource is 410 and tells the version."""
    made = await client.create(patient())
    await client.delete(f"Patient/{made.id}")
    with Refusal() as gone:
        await client.read(f"Patient/{made.id}")
    with Refusal() as unknown:
        await client.read("Patient/never")
    assert (gone.category, unknown.category) == (Category.DELETED, Category.NOT_FOUND)
    assert "version 2" in gone.text


async def test_unknown_types_are_not_found(client: Client) -> None:
    """A type that R4 does not have is 404."""
    with Refusal() as refusal:
        await client.read("Dog/1")
    assert refusal.category is Category.NOT_FOUND


async def test_a_client_with_the_current_version_gets_304(client: Client) -> None:
    """If-None-Match and If-Modified-Since spare the body; the former is asked first."""
    made = await client.create(patient())
    url = f"Patient/{made.id}"
    assert made.last_updated is not None
    earlier = made.last_updated - timedelta(hours=1)
    assert (await client.read(url, if_none_match=("1",))).status == 304
    assert (await client.read(url, if_none_match=("2",))).status == 200
    assert (await client.read(url, if_modified_since=made.last_updated)).status == 304
    assert (await client.read(url, if_modified_since=earlier)).status == 200
    for year, status in ((1, 200), (9999, 304)):
        asked = datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC)
        assert (await client.read(url, if_modified_since=asked)).status == status
    assert (
        await client.read(url, if_none_match=("2",), if_modified_since=made.last_updated)
    ).status == 200


async def test_every_version_stays_readable(client: Client) -> None:
    """A vread gives each version as it was; a deletion is 410, what never was is 404."""
    made = await client.create(patient("A"))
    url = f"Patient/{made.id}"
    await client.update(url, patient("B", id=made.id))
    await client.delete(url)
    assert content(await client.vread(f"{url}/_history/1"))["name"] == [{"family": "A"}]
    assert content(await client.vread(f"{url}/_history/2"))["name"] == [{"family": "B"}]
    for version, category in (
        ("3", Category.DELETED),
        ("4", Category.NOT_FOUND),
        ("x", Category.NOT_FOUND),
        ("0", Category.NOT_FOUND),
    ):
        with Refusal() as refusal:
            await client.vread(f"{url}/_history/{version}")
        assert refusal.category is category, version


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("_summary=true", {"id", "meta", "name", "active"}),
        ("_summary=text", {"id", "meta", "text"}),
        ("_summary=data", {"id", "meta", "name", "active", "photo"}),
        ("_summary=false", {"id", "meta", "name", "active", "photo", "text"}),
        ("_elements=photo", {"id", "meta", "photo", "active"}),
    ],
)
async def test_parts_can_be_asked_for(client: Client, query: str, kept: set[str]) -> None:
    """`_summary` and `_elements` leave elements out and tag the rest as SUBSETTED."""
    text = {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'}
    made = await client.create(patient(active=True, photo=[{"title": "t"}], text=text))
    found = content(await client.read(f"Patient/{made.id}?{query}"))
    assert set(found) == kept | {"resourceType"}
    tagged = [tag["code"] for tag in found["meta"].get("tag", ())] == ["SUBSETTED"]
    assert tagged is (query != "_summary=false")


async def test_mandatory_elements_stay_in_parts(client: Client) -> None:
    """Elements that must be there stay, whatever was asked for."""
    body = {"resourceType": "Basic", "code": {"text": "x"}, "created": "2026-01-01"}
    made = await client.create(body)
    found = content(await client.read(f"Basic/{made.id}?_elements=created"))
    assert found["code"] == {"text": "x"}


async def test_an_unknown_summary_is_refused(client: Client) -> None:
    """A `_summary` that R4 does not know is 400."""
    made = await client.create(patient())
    with Refusal() as refusal:
        await client.read(f"Patient/{made.id}?_summary=short")
    assert refusal.category is Category.INVALID
