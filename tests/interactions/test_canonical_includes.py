"""Chains and includes along canonical references (https://hl7.org/fhir/R4/references.html#canonical)."""

from typing import Any

import pytest

from interactions.conftest import Client, found_ids

URL = "https://example.org/Questionnaire/frailty"


def questionnaire(version: str, title: str) -> dict[str, Any]:
    """One version of a questionnaire."""
    own = {"url": URL, "version": version, "title": title, "status": "active"}
    return {"resourceType": "Questionnaire", **own}


@pytest.fixture
async def forms(client: Client) -> dict[str, str]:
    """Two versions of a questionnaire, and an answer to each and to any."""
    made: dict[str, str] = {}
    for version, title in (("1.0.0", "Frailty, first"), ("1.10.0", "Frailty, new")):
        stored = await client.create(questionnaire(version, title))
        made[version] = f"Questionnaire/{stored.id}"
    for name, canonical in (("old", f"{URL}|1.0.0"), ("new", f"{URL}|1.10.0"), ("any", URL)):
        answer = {"resourceType": "QuestionnaireResponse", "status": "completed"}
        stored = await client.create(answer | {"questionnaire": canonical})
        made[name] = f"QuestionnaireResponse/{stored.id}"
    return made


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("questionnaire.title=Frailty, first".replace(",", "\\,"), {"old", "any"}),
        ("questionnaire.title=Frailty", {"old", "new", "any"}),
        ("questionnaire:Questionnaire.version=1.10.0", {"new", "any"}),
        ("questionnaire.title=Falls", set()),
        (f"questionnaire={URL}", {"old", "new", "any"}),
        (f"questionnaire={URL}|1.0.0", {"old"}),
    ],
)
async def test_chains_follow_url_and_version(
    client: Client, forms: dict[str, str], query: str, expected: set[str]
) -> None:
    """A chain goes on to the version that is named, or to any when none is."""
    found = found_ids(await client.search(f"QuestionnaireResponse?{query}"))
    assert set(found) == {forms[name] for name in expected}


async def test_a_chain_may_end_at_an_id(client: Client, forms: dict[str, str]) -> None:
    """The logical id at the end of a chain finds what its canonical is referred to by."""
    id = forms["1.0.0"].partition("/")[2]
    found = found_ids(await client.search(f"QuestionnaireResponse?questionnaire._id={id}"))
    assert set(found) == {forms["old"], forms["any"]}


async def test_includes_bring_the_version_that_is_meant(
    client: Client, forms: dict[str, str]
) -> None:
    """A named version comes along, without one the newest does; both once."""
    ids = ",".join(forms[name].partition("/")[2] for name in ("old", "any"))
    for wish in ("QuestionnaireResponse:questionnaire", "QuestionnaireResponse:*", "*"):
        found = await client.search(f"QuestionnaireResponse?_id={ids}&_include={wish}")
        assert set(found_ids(found, "include")) == {forms["1.0.0"], forms["1.10.0"]}, wish
    only = forms["any"].partition("/")[2]
    found = await client.search(
        f"QuestionnaireResponse?_id={only}&_include=QuestionnaireResponse:questionnaire"
    )
    assert found_ids(found, "include") == [forms["1.10.0"]]


async def test_reverse_includes_and_reverse_chains(client: Client, forms: dict[str, str]) -> None:
    """A definition brings what refers to it, and is found by it."""
    found = await client.search(
        "Questionnaire?version=1.0.0&_revinclude=QuestionnaireResponse:questionnaire"
    )
    assert set(found_ids(found, "include")) == {forms["old"], forms["any"]}
    id = forms["old"].partition("/")[2]
    found = await client.search(f"Questionnaire?_has:QuestionnaireResponse:questionnaire:_id={id}")
    assert found_ids(found) == [forms["1.0.0"]]


async def test_a_parameter_of_many_types(client: Client) -> None:
    """`PlanDefinition:depends-on` may go on to any kind of definition."""
    library: dict[str, Any] = {
        "resourceType": "Library",
        "url": "https://example.org/Library/scores",
        "status": "active",
        "type": {"text": "logic"},
    }
    needed = await client.create(library)
    plan = {"resourceType": "PlanDefinition", "status": "active", "library": [library["url"]]}
    made = await client.create(plan)
    found = await client.search("PlanDefinition?_include=PlanDefinition:depends-on")
    assert found_ids(found, "include") == [f"Library/{needed.id}"]
    found = await client.search("PlanDefinition?depends-on:Library.url=" + str(library["url"]))
    assert found_ids(found) == [f"PlanDefinition/{made.id}"]
