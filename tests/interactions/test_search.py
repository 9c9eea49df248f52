"""https://hl7.org/fhir/R4/http.html#search and https://hl7.org/fhir/R4/search.html#Summary."""

from typing import Any

import pytest

from cordee.errors import Category
from cordee.interactions.exchange import Preferences
from interactions.conftest import Client, Refusal, found_ids, observation, patient, rows


def links(bundle: dict[str, Any]) -> dict[str, str]:
    """The links of a Bundle by relation."""
    return {link["relation"]: link["url"] for link in bundle["link"]}


async def test_matches_come_as_a_searchset(client: Client) -> None:
    """Each match stands under its full URL, as it was stored."""
    made = await client.create(patient())
    found = await client.search("Patient?family=durand")
    assert (found["type"], found["total"]) == ("searchset", 1)
    assert rows(found)[0]["fullUrl"] == f"https://example.org/fhir/Patient/{made.id}"
    assert rows(found)[0]["search"] == {"mode": "match"}
    assert links(found) == {"self": "https://example.org/fhir/Patient?family=durand"}


async def test_nothing_found_is_an_empty_searchset(client: Client) -> None:
    """No match gives a Bundle with total 0 and without entries."""
    found = await client.search("Patient?family=nobody")
    assert found["total"] == 0
    assert "entry" not in found


async def test_pages_go_forward_and_back(client: Client) -> None:
    """`next` and `previous` visit every match once, in one order."""
    made = {f"Patient/{(await client.create(patient())).id}" for _ in range(5)}
    pages: list[list[str]] = []
    url: str | None = "Patient?family=durand&_count=2&_sort=_id"
    back: list[str] = []
    while url:
        page = await client.search(url)
        pages.append(found_ids(page))
        given = links(page)
        if "previous" in given:
            back.append(given["previous"].rpartition("/")[2])
        following = given.get("next")
        url = following and following.removeprefix("https://example.org/fhir/")
    assert [len(page) for page in pages] == [2, 2, 1]
    assert {id for page in pages for id in page} == made
    assert [found_ids(await client.search(url)) for url in back] == pages[:-1]


async def test_totals_follow_the_wish(client: Client) -> None:
    """`_total` none leaves it out; otherwise small results are counted exactly."""
    for _ in range(3):
        await client.create(patient())
    assert (await client.search("Patient?_count=2"))["total"] == 3
    assert (await client.search("Patient?_count=2&_total=accurate"))["total"] == 3
    assert (await client.search("Patient?_count=2&family=durand&_total=estimate"))["total"] == 3
    assert "total" not in await client.search("Patient?_count=2&_total=none")


@pytest.mark.parametrize("query", ["_summary=count", "_count=0"])
async def test_only_the_number_can_be_asked_for(client: Client, query: str) -> None:
    """`_summary=count` and `_count=0` count exactly and give no entry."""
    await client.create(patient())
    found = await client.search(f"Patient?{query}")
    assert found["total"] == 1
    assert "entry" not in found


async def test_parts_of_matches(client: Client) -> None:
    """`_elements` and `_summary` cut every entry, which is tagged."""
    await client.create(patient(birthDate="2000-01-01"))
    found = rows(await client.search("Patient?_elements=birthDate"))[0]["resource"]
    assert found["birthDate"] == "2000-01-01"
    assert "name" not in found
    assert found["meta"]["tag"][0]["code"] == "SUBSETTED"


async def test_includes_bring_targets(client: Client) -> None:
    """`_include` brings what matches refer to, once, marked as included."""
    subject = await client.create(patient())
    for _ in range(2):
        await client.create(observation(f"Patient/{subject.id}"))
    for wish in ("Observation:subject", "Observation:subject:Patient", "Observation:*", "*"):
        found = await client.search(f"Observation?_include={wish}")
        assert len(found_ids(found)) == 2
        assert found_ids(found, "include") == [f"Patient/{subject.id}"], wish
        assert found["total"] == 2
    found = await client.search("Observation?_include=Observation:subject:Group")
    assert found_ids(found, "include") == []


async def test_reverse_includes_bring_sources(client: Client) -> None:
    """`_revinclude` brings what refers to the matches."""
    subject = await client.create(patient())
    held = await client.create(observation(f"Patient/{subject.id}"))
    await client.create(observation("Patient/other"))
    for wish in ("Observation:subject", "Observation:*"):
        found = await client.search(f"Patient?_revinclude={wish}")
        assert found_ids(found, "include") == [f"Observation/{held.id}"], wish


async def test_includes_iterate_on_demand(client: Client) -> None:
    """`:iterate` follows what was included, also around a circle; without it, one step."""
    for id, parent in (("a", "b"), ("b", "c"), ("c", "a")):
        body = {"resourceType": "Organization", "id": id, "name": id}
        await client.update(f"Organization/{id}", body | _part_of(parent))
    once = await client.search("Organization?_id=a&_include=Organization:partof")
    assert found_ids(once, "include") == ["Organization/b"]
    again = await client.search("Organization?_id=a&_include:iterate=Organization:partof")
    assert found_ids(again, "include") == ["Organization/b", "Organization/c"]
    every = await client.search("Organization?_id=a&_include:iterate=*")
    assert found_ids(every, "include") == ["Organization/b", "Organization/c"]


async def test_includes_of_includes(client: Client) -> None:
    """An include may name the type that another include or a reverse include brings."""
    await client.update("Organization/o", {"resourceType": "Organization", "id": "o", "name": "o"})
    owner = {"reference": "Organization/o"}
    await client.update("Patient/p", patient(id="p", managingOrganization=owner))
    await client.update("Observation/x", observation("Patient/p", id="x"))
    url = "Observation?_include=Observation:subject&_include:iterate=Patient:organization"
    assert found_ids(await client.search(url), "include") == ["Patient/p", "Organization/o"]
    url = "Organization?_revinclude=Patient:organization&_revinclude:iterate=Observation:subject"
    assert found_ids(await client.search(url), "include") == ["Patient/p", "Observation/x"]


async def test_included_resources_are_limited(client: Client) -> None:
    """Beyond the limit of the settings, includes stop with a warning in the Bundle."""
    subject = await client.create(patient())
    for _ in range(3):
        await client.create(observation(f"Patient/{subject.id}"))
    small = client.configured(max_included=2)
    found = await small.search("Patient?_revinclude=Observation:subject")
    assert len(found_ids(found, "include")) == 2
    assert rows(found)[-1]["search"]["mode"] == "outcome"


async def test_a_lenient_search_tells_what_it_ignored(client: Client) -> None:
    """An unknown parameter is left out of the self link, with a warning; strict refuses it."""
    await client.create(patient())
    found = await client.search("Patient?family=durand&nonsense=1")
    assert links(found)["self"] == "https://example.org/fhir/Patient?family=durand"
    outcome = rows(found)[-1]
    assert outcome["search"] == {"mode": "outcome"}
    assert "nonsense" in outcome["resource"]["issue"][0]["diagnostics"]
    with Refusal() as refusal:
        await client.search("Patient?nonsense=1", prefer=Preferences(handling="strict"))
    assert refusal.category is Category.INVALID


async def test_compartments_are_searched(client: Client) -> None:
    """A compartment restricts to what belongs to its owner, on one type or on all."""
    await client.update("Patient/p", patient(id="p"))
    await client.update("Observation/x", observation("Patient/p", id="x"))
    await client.update("Observation/y", observation("Patient/q", id="y"))
    found = await client.search("Observation", compartment="Patient/p")
    assert found_ids(found) == ["Observation/x"]
    assert links(found)["self"] == "https://example.org/fhir/Patient/p/Observation"
    every = await client.search("", compartment="Patient/p")
    assert set(found_ids(every)) == {"Patient/p", "Observation/x"}


async def test_everything_is_searched(client: Client) -> None:
    """A search without type looks at all types, or at those of `_type`."""
    await client.update("Patient/p", patient(id="p"))
    await client.update("Observation/x", observation("Patient/p", id="x"))
    assert set(found_ids(await client.search(""))) == {"Patient/p", "Observation/x"}
    assert found_ids(await client.search("?_type=Patient")) == ["Patient/p"]


def _part_of(id: str) -> dict[str, Any]:
    return {"partOf": {"reference": f"Organization/{id}"}}
