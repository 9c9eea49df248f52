"""The published guide: every definition of ours has a page, and other tools load the package."""

import io
import json
import tarfile
from typing import Any

import pytest

from console.conftest import Site, text
from cordee.console.guide import artifacts, examples
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
    """The differential says what we ask, the snapshot everything."""
    page = await site.get(f"/ig/StructureDefinition-coordination-task.html?view={view}")
    rows = page.findall(".//tbody/tr")
    assert (len(rows) > 30) is (view == "snapshot")
    assert "restriction" in text(page)


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
