"""The official examples in a real store: both readers of a filter find the same resources."""

import tarfile
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from cordee.errors import FhirError
from cordee.resource import json
from cordee.search.matching import matches
from cordee.search.parse import parse_query
from cordee.search.registry import SearchRegistry
from cordee.search.values import Extraction
from cordee.settings import Settings
from cordee.store.mongo_store import MongoStore
from cordee.store.port import Query, Version

pytestmark = pytest.mark.conformance

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TYPES = frozenset(
    (
        *("CarePlan", "CareTeam", "Communication", "Condition", "DocumentReference", "Encounter"),
        *("Location", "MolecularSequence", "Observation", "Organization", "Patient"),
        *("Practitioner", "PractitionerRole", "Questionnaire", "QuestionnaireResponse"),
        *("RiskAssessment", "Schedule", "Slot", "Task"),
    )
)
UCUM = "http://unitsofmeasure.org"

SEARCHES = f"""
Patient?name=pet
Patient?name:contains=alm
Patient?name:exact=Peter
Patient?family:missing=true
Patient?gender=http://hl7.org/fhir/administrative-gender|male
Patient?gender:not=male
Patient?gender:not=male,female
Patient?birthdate=1974
Patient?birthdate=ne1974-12-25
Patient?birthdate=lt1950
Patient?birthdate=ge1950&birthdate=lt1980
Patient?telecom:missing=false
Patient?phone=0355556473
Patient?organization=1
Patient?organization:missing=true
Patient?deceased=true
Patient?phonetic=chalmerz
Patient?_id=example,xcda
Patient?_text=chalmers
Patient?_content=benedicte
Patient?_filter=family co "alm" and not (gender eq female)
Patient?_filter=given ew ter or family sw doe
Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|12345
Observation?code=http://loinc.org|
Observation?code=http://loinc.org|85354-9,http://loinc.org|8867-4
Observation?code:text=body
Observation?code:not=http://loinc.org|8867-4
Observation?date=2012-09-17
Observation?date=gt2012
Observation?date=lt2012-09-17
Observation?date=ne2012-09-17
Observation?date=sa2012-09-17
Observation?date=eb2013
Observation?date=ap2015
Observation?date:missing=true
Observation?value-quantity=6.3
Observation?value-quantity=gt100
Observation?value-quantity=lt5
Observation?value-quantity=ne6.3
Observation?value-quantity=185||lbs
Observation?value-quantity=84|{UCUM}|kg
Observation?value-quantity=gt60|{UCUM}|kg
Observation?value-quantity=le37|{UCUM}|Cel
Observation?combo-value-quantity=gt60|{UCUM}|mm[Hg]
Observation?component-code-value-quantity=http://loinc.org|8480-6$gt100
Observation?component-code-value-quantity=http://loinc.org|8480-6$lt100
Observation?component-code-value-quantity=8480-6$gt10|{UCUM}|cm[Hg]
Observation?combo-code-value-quantity=8462-4$60
Observation?code-value-concept:missing=false
Observation?subject=Patient/example
Observation?subject:Patient=f001
Observation?patient=example&category=vital-signs
Observation?performer:missing=true
Observation?status:not=final
Observation?value-string:missing=false
Observation?_profile:below=http://hl7.org/fhir/StructureDefinition
Questionnaire?url:below=http://hl7.org/fhir
Questionnaire?url:above=http://hl7.org/fhir/Questionnaire/3141/x
QuestionnaireResponse?questionnaire:missing=false
Location?near=42.25|-83.69|50|km
Location?near=0|0|5|km
RiskAssessment?probability=gt0.5
RiskAssessment?probability=0.000168
RiskAssessment?probability=le0.8
Encounter?date=2017
Encounter?length=gt50
Encounter?class=http://terminology.hl7.org/CodeSystem/v3-ActCode|IMP
Condition?onset-age=gt20|{UCUM}|a
Condition?onset-date=le2013
Condition?clinical-status=active
CareTeam?participant=Practitioner/pr1234
CareTeam?date=gt2012
Slot?start=ge2013-12-25T09:30
Schedule?date=2013-12
Task?period=gt2016
MolecularSequence?chromosome-variant-coordinate:missing=false
MolecularSequence?window-start=lt60000000
DocumentReference?relationship=appends$DocumentReference/example
Organization?name=health
Organization?address-city:exact=Den Burg
PractitionerRole?specialty:missing=false
""".split("\n")


@pytest.fixture
async def stored(
    material: Path, registry: SearchRegistry, mongodb_uri: str, mongodb_database: str
) -> Any:
    store = await MongoStore.open(
        mongodb_uri, registry, Settings(mongodb_database=mongodb_database)
    )
    found: dict[str, dict[str, Extraction]] = defaultdict(dict)
    with tarfile.open(material / "r4-examples" / "hl7.fhir.r4.examples-4.0.1.tgz") as package:
        for member in package:
            kind = Path(member.name).name.partition("-")[0]
            if kind in TYPES and member.size < 200_000 and (file := package.extractfile(member)):
                try:
                    resource = json.parse(file.read(), max_depth=100)
                except FhirError:
                    continue
                extraction = registry.extract(resource)
                found[extraction.type][str(extraction.id)] = extraction
    items = [
        (Version(type, id, 1, NOW, b"{}"), extraction)
        for type, several in found.items()
        for id, extraction in several.items()
    ]
    await store.create_many(items)
    yield store, found
    await store.close()


async def test_both_readers_agree(
    stored: tuple[MongoStore, dict[str, dict[str, Extraction]]], registry: SearchRegistry
) -> None:
    """Every search gives the same resources by MongoDB and in memory."""
    store, known = stored
    empty: list[str] = []
    for search in filter(None, SEARCHES):
        type, _, query = search.partition("?")
        asked = parse_query(registry, type, parse_qsl(query), "strict")
        page = await store.search(Query((type,), asked.filter, count=None))
        by_store = {version.id for version in page.matches}
        in_memory = {
            id for id, extraction in known[type].items() if matches(asked.filter, extraction)
        }
        assert by_store == in_memory, search
        if not in_memory:
            empty.append(search)
    assert len(empty) < 10, empty
