"""The published guide: every definition of ours has a page, and other tools load the package."""

import io
import json
import tarfile
from typing import Any

import pytest
from lxml import html

from console.conftest import Site, text
from cordee.console.changes import versions
from cordee.console.guide import artifacts, examples, texts
from cordee.definitions import package


async def test_every_definition_has_a_page(site: Site) -> None:
    """The index links to each, and each page opens in both views."""
    index = await site.get("/ig/")
    links = {link.get("href") for link in index.iterfind(".//a")}
    assert {f"/ig/{name}.html" for name in artifacts()} <= links
    assert {f"/ig/example/{name}.html" for name in examples()} <= links
    for name in artifacts():
        await site.get(f"/ig/{name}.html")


@pytest.mark.parametrize("view", ["differential", "snapshot", "json"])
async def test_a_profile_is_told_element_by_element(site: Site, view: str) -> None:
    """The differential says what we ask, the snapshot everything; each has its address."""
    first = await site.get("/ig/StructureDefinition-coordination-task.html")
    tabs = {tab.get("href") for tab in first.cssselect("nav.tabs a")}
    path = f"/ig/StructureDefinition-coordination-task/{view}.html"
    assert path.replace("/differential", "") in tabs
    page = await site.get(path)
    rows = page.findall(".//tbody/tr")
    assert (len(rows) > 30) is (view == "snapshot")
    assert "restriction" in text(page)


async def test_what_the_server_declares_is_told(site: Site) -> None:
    """Types with their interactions, each with a page; operations of ours lead to theirs."""
    index = await site.get("/ig/", language="en")
    assert index.cssselect('a[href="/ig/CapabilityStatement-server.html"]')
    whole = await site.get("/ig/CapabilityStatement-server.html", language="en")
    rows = {row[0].text_content(): row for row in whole.cssselect("#types ~ div tbody tr")}
    assert "search-type" in text(whole)
    assert "$dossier" in rows["Patient"].text_content()
    assert "search-type" not in rows["Patient"].text_content()
    ours = await site.get(_link(whole, "coordination-server"), language="en")
    assert "Server of coordination" in text(ours)
    patient = await site.get(rows["Patient"].cssselect("a")[0].get("href"), language="en")
    assert "fr-core-patient-ins" in text(patient)
    assert "address-city" in text(patient)
    assert "dossier" in text(await site.get(_link(patient, "Patient-dossier")))
    await site.get("/ig/CapabilityStatement-server/None.html", status=404)
    told = (await site.client.get("/ig/CapabilityStatement-server.json")).json()
    assert told["resourceType"] == "CapabilityStatement"


def _link(page: html.HtmlElement, name: str) -> str:
    return next(str(a.get("href")) for a in page.iterfind(".//a") if name in a.get("href", ""))


async def test_the_server_does_what_the_guide_requires(site: Site) -> None:
    """Each type, interaction, parameter, profile and operation required is declared."""
    required = artifacts()["CapabilityStatement-coordination-server"].resource
    told = (await site.client.get("/fhir/metadata")).json()
    assert required["url"] in told["instantiates"]
    offered = {row["type"]: row for row in told["rest"][0]["resource"]}
    for row in required["rest"][0]["resource"]:
        there = offered[row["type"]]
        assert set(row.get("supportedProfile", ())) <= set(there.get("supportedProfile", ()))
        for part, key in (("interaction", "code"), ("searchParam", "name"), ("operation", "name")):
            named = {one[key] for one in there.get(part, ())}
            assert {one[key] for one in row.get(part, ())} <= named, (row["type"], part)


async def test_changes_are_told(site: Site) -> None:
    """Every definition stands in the log, in both languages; the log names no other."""
    assert {page for one in versions() for change in one.changes for page in change.pages} == set(
        artifacts()
    )
    assert (
        versions()[0].number
        == artifacts()["StructureDefinition-coordination-task"].resource["version"]
    )
    for language, word in (("fr", "ajout"), ("en", "added")):
        page = await site.get("/ig/changes.html", language=language)
        assert word in text(page)
        links = [a.get("href") for a in page.cssselect(".changes a")]
        assert len(links) == len(artifacts())


def test_every_definition_speaks_both_languages() -> None:
    """Each has a title and a description in French and English; none is told that is not there."""
    assert set(texts()) == set(artifacts())
    for name, told in texts().items():
        assert "fr" in told["says"], name
        assert told["title"], name


async def test_the_guide_speaks_its_readers_language(site: Site) -> None:
    """Titles and descriptions of definitions too."""
    path = "/ig/StructureDefinition-coordination-goal.html"
    assert "avec ses mots" in text(await site.get(path, language="fr"))
    assert "in their own words" in text(await site.get(path, language="en"))
    index = text(await site.get("/ig/", language="en"))
    assert "Perinatal care: around the birth" in index
    assert "Périnatalité" not in index


async def test_a_definition_is_there_as_it_is(site: Site) -> None:
    """Beside its page stands its JSON."""
    answer = await site.client.get("/ig/CapabilityStatement-coordination-server.json")
    assert answer.json()["kind"] == "requirements"
    assert answer.headers["content-type"].startswith("application/fhir+json")


async def test_an_example_is_shown_with_its_profiles(site: Site) -> None:
    """And a page that is not there is refused."""
    page = await site.get("/ig/example/Task-activity.html")
    assert "coordination-task" in text(page)
    await site.get("/ig/example/none.html", status=404)
    await site.get("/ig/StructureDefinition-none.html", status=404)


async def test_the_package_can_be_loaded(site: Site, tmp_path: Any) -> None:
    """It is a FHIR package: a manifest, the definitions, the examples apart."""
    answer = await site.client.get("/ig/package.tgz")
    assert answer.status_code == 200
    path = tmp_path / "guide.tgz"
    path.write_bytes(answer.content)
    read = package.read(path)
    assert read.manifest.id == "cordee.coordination"
    assert not read.problems
    with tarfile.open(fileobj=io.BytesIO(answer.content)) as opened:
        assert "package/example/Task-activity.json" in opened.getnames()
        manifest = opened.extractfile("package/package.json")
        assert manifest is not None
        assert json.loads(manifest.read())["fhirVersions"] == ["4.0.1"]
