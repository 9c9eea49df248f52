"""https://hl7.org/fhir/R4/http.html#history."""

import pytest

from cordee.errors import Category
from interactions.conftest import Client, Refusal, observation, patient, rows


async def test_a_resources_history_is_newest_first(client: Client) -> None:
    """Every version with how it came about; a deletion has no resource."""
    made = await client.create(patient("A"))
    url = f"Patient/{made.id}"
    await client.update(url, patient("B", id=made.id))
    await client.patch(url, [{"op": "add", "path": "/active", "value": True}])
    await client.delete(url)
    found = await client.history(url)
    assert (found["type"], found["total"]) == ("history", 4)
    told = [
        (row["request"]["method"], row["request"]["url"], row["response"]["status"])
        for row in rows(found)
    ]
    assert told == [
        ("DELETE", url, "204 No Content"),
        ("PATCH", url, "200 OK"),
        ("PUT", url, "200 OK"),
        ("POST", "Patient", "201 Created"),
    ]
    assert [row["response"]["etag"] for row in rows(found)] == [f'W/"{n}"' for n in (4, 3, 2, 1)]
    assert ["resource" in row for row in rows(found)] == [False, True, True, True]
    assert {row["fullUrl"] for row in rows(found)} == {f"https://example.org/fhir/{url}"}


@pytest.mark.parametrize("part", ["_elements=name", "_summary=text"])
async def test_a_history_in_parts_tells_of_deletions(client: Client, part: str) -> None:
    """What is left of a resource is given of each version; a deletion has nothing to leave out."""
    await client.update("Patient/a", patient("A", id="a", gender="male"))
    await client.delete("Patient/a")
    gone, made = rows(await client.history(f"Patient/a?{part}"))
    assert (gone["request"]["method"], "resource" in gone) == ("DELETE", False)
    assert "gender" not in made["resource"]


async def test_types_and_the_whole_have_histories(client: Client) -> None:
    """A type's history holds its own versions, the system's holds all."""
    made = await client.create(patient())
    await client.create(observation(f"Patient/{made.id}"))
    assert len(rows(await client.history("Patient"))) == 1
    assert len(rows(await client.history())) == 2


async def test_a_history_comes_in_pages(client: Client) -> None:
    """`next` leads through all versions, each once, and `first` back to the start."""
    await client.update("Patient/a", patient(id="a"))
    for _ in range(4):
        await client.update("Patient/a", patient(id="a"))
    seen: list[str] = []
    url: str | None = "Patient/a?_count=2"
    while url:
        page = await client.history(url)
        seen += [row["response"]["etag"] for row in rows(page)]
        assert page["total"] == 5
        links = {link["relation"]: link["url"] for link in page["link"]}
        following = links.get("next")
        url = following and "Patient/a?" + following.partition("?")[2]
    assert seen == [f'W/"{n}"' for n in (5, 4, 3, 2, 1)]
    back: list[list[str]] = []
    while "previous" in links:
        page = await client.history("Patient/a?" + links["previous"].partition("?")[2])
        back.append([row["response"]["etag"] for row in rows(page)])
        links = {link["relation"]: link["url"] for link in page["link"]}
        assert "next" in links
    assert back == [['W/"3"', 'W/"2"'], ['W/"5"', 'W/"4"']]


async def test_histories_start_where_asked(client: Client) -> None:
    """`_since` gives what came after a moment, `_at` what was current at one."""
    first = await client.update("Patient/a", patient(id="a"))
    second = await client.update("Patient/a", patient(id="a"))
    assert first.last_updated is not None
    assert second.last_updated is not None
    moment = second.last_updated.isoformat(timespec="milliseconds")
    since = await client.history(f"Patient/a?_since={moment.replace('+', '%2B')}")
    assert [row["response"]["etag"] for row in rows(since)] == ['W/"2"']
    earlier = first.last_updated.isoformat(timespec="milliseconds")
    at = await client.history(f"Patient/a?_at={earlier.replace('+', '%2B')}")
    assert [row["response"]["etag"] for row in rows(at)] == ['W/"1"']
    assert rows(await client.history("Patient/a?_since=9999")) == []


async def test_count_zero_only_counts(client: Client) -> None:
    """`_count=0` gives the total and no entry."""
    await client.update("Patient/a", patient(id="a"))
    found = await client.history("Patient/a?_count=0")
    assert (found["total"], rows(found)) == (1, [])


async def test_an_unknown_resource_has_no_history(client: Client) -> None:
    """An id never used is 404; a deleted resource still has its history."""
    with Refusal() as refusal:
        await client.history("Patient/never")
    assert refusal.category is Category.NOT_FOUND


@pytest.mark.parametrize("query", ["_since=soon", "_at=x", "_count=-1", "_count=x", "_after=x"])
async def test_bad_parameters_are_refused(client: Client, query: str) -> None:
    """A parameter that cannot be read is 400."""
    await client.update("Patient/a", patient(id="a"))
    with Refusal() as refusal:
        await client.history(f"Patient/a?{query}")
    assert refusal.category is Category.INVALID
