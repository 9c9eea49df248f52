"""Lists of work that is not over do not read what is over."""

from typing import Any

import pytest
from pymongo import MongoClient

from cordee.definitions.repository import Repository
from cordee.search.filter import AnyOf, Filter, Marked, Not, Reference, Token, TokenIn, all_of
from cordee.search.index import Index
from cordee.search.registry import SearchRegistry
from cordee.store.open_work import OPEN, narrowed
from cordee.store.port import Query
from store.conftest import HandMadeSource, Make

REQUESTED = Token("status", None, "requested")
OVER = Token("status", None, "completed")
IN_FORCE: dict[str, tuple[Filter, bool]] = {
    "a code": (REQUESTED, True),
    "a code of a system": (Token("status", "http://hl7.org/fhir/task-status", "ready"), True),
    "one of several": (AnyOf((REQUESTED, Token("status", None, "accepted"))), True),
    "one of a set": (TokenIn("status", frozenset({(None, "ready"), (None, "draft")})), True),
    "a code of what is over": (OVER, False),
    "one of both": (AnyOf((REQUESTED, OVER)), False),
    "any code of a system": (Token("status", "http://hl7.org/fhir/task-status", None), False),
    "all but one": (Not(OVER), False),
    "another parameter": (Token("intent", None, "requested"), False),
    "one or somebody's": (AnyOf((REQUESTED, Reference("owner", ("Practitioner/1",)))), False),
}


@pytest.mark.parametrize("form", IN_FORCE)
def test_only_what_must_be_open_is_looked_for_there(form: str) -> None:
    """A search that something over might match keeps to the index of everything."""
    condition, inside = IN_FORCE[form]
    assert bool(narrowed("Task", [Token("code", None, "x"), condition])) is inside


def test_other_types_have_no_such_index() -> None:
    """What has no status that ends is left as it is."""
    assert narrowed("Observation", [REQUESTED]) == {}


def test_the_table_says_what_the_definitions_say() -> None:
    """Each parameter is a token of its type, each code one of those R4 has for it."""
    repository = Repository.load()
    registry = SearchRegistry(repository)
    for type, status in OPEN.items():
        assert status.index in {
            index.name for index in registry.indexes(type) if index.form == "token"
        }
        path = {"clinical-status": "clinicalStatus", "lifecycle-status": "lifecycleStatus"}
        name = f"{type}.{path.get(status.index, status.index)}"
        structure = repository.structure(f"http://hl7.org/fhir/StructureDefinition/{type}")
        assert structure is not None
        elements = structure["snapshot"]["element"]
        bound = next(each["binding"]["valueSet"] for each in elements if each["path"] == name)
        value_set = repository.find(bound.partition("|")[0], "ValueSet")
        assert value_set is not None
        system = repository.find(value_set["compose"]["include"][0]["system"], "CodeSystem")
        assert set(status.codes) <= _codes((system or {})["concept"]), type


def _codes(concepts: list[dict[str, Any]]) -> set[str]:
    found = {concept["code"] for concept in concepts}
    return found.union(*(_codes(concept.get("concept", [])) for concept in concepts))


@pytest.mark.parametrize("form", [form for form, (_, inside) in IN_FORCE.items() if inside])
async def test_a_list_of_open_work_reads_no_more(
    form: str, open_store: Any, make: Make, mongodb_uri: str, mongodb_database: str
) -> None:
    """Of 40 patients with ten tasks each, one of them open: the open ones are read, all found."""
    store = await open_store(HandMadeSource({"Task": (Index("status", "token"),)}))
    code = {"v": "ready", "s": "http://hl7.org/fhir/task-status"}
    if form in ("a code", "one of several"):
        code = {"v": "requested", "s": "http://hl7.org/fhir/task-status"}
    rows = [
        make(
            "Task",
            f"t{n}",
            {"status": [code if n < 40 else {"v": "completed"}]},
            marks=(f"Patient/{n % 40}",),
        )
        for n in range(400)
    ]
    # Others' open work, so that the index of statuses is no shorter way.
    others = [
        make("Task", f"x{n}", {"status": [code]}, marks=(f"Patient/x{n}",)) for n in range(1_500)
    ]
    await store.create_many(rows + others)
    rights = Marked(frozenset(f"Patient/{n}" for n in range(0, 40, 2)))
    query = Query(("Task",), all_of((rights, IN_FORCE[form][0])), count=50)
    for _ in range(3):  # the first ones try whether candidates suffice, and learn that they do not
        with MongoClient[dict[str, Any]](mongodb_uri) as client:
            database = client[mongodb_database]
            database.command("profile", 2)
            page = await store.search(query)
            database.command("profile", 0)
            plans = list(database["system.profile"].find({"docsExamined": {"$exists": True}}))
            database["system.profile"].drop()
        assert sorted(version.id for version in page.matches) == sorted(
            f"t{n}" for n in range(0, 40, 2)
        )
    assert plans[-1]["docsExamined"] == 20, plans[-1]["planSummary"]
