"""The browser of resources."""

from urllib.parse import urlencode

import pytest

from console.conftest import Site, text

BASIC = {"resourceType": "Basic", "id": "versions", "code": {"text": "first"}}


async def test_a_form_becomes_a_search(site: Site) -> None:
    """Criteria of the form stand in the address, so that a search can be shared."""
    params = [("p", "name"), ("v", "lef"), ("p", ""), ("v", "")]
    answer = await site.client.get("/explore/Patient?" + urlencode(params))
    assert answer.status_code == 303
    assert answer.headers["location"] == "/explore/Patient?name=lef"
    page = await site.get("/explore/Patient?name=lef")
    assert "Jeanne Lefèvre" in text(page)
    assert "curl 'http://test/fhir/Patient?name=lef'" in page.xpath("//pre")[0].text_content()


async def test_parameters_are_those_of_the_capability_statement(site: Site) -> None:
    """The form offers what the type can be searched by."""
    page = await site.get("/explore/CareTeam")
    assert "participant" in page.xpath("//datalist/option/@value")


async def test_a_wrong_search_is_explained(site: Site) -> None:
    """The API's reason stands where results would."""
    page = await site.get("/explore/Patient?birthdate=never", 400)
    assert "birthdate" in page.cssselect(".problem")[0].text_content()


async def test_pages_follow_one_another(site: Site) -> None:
    """The next page leads back by `previous` or on, within the explorer."""
    page = await site.get("/explore/PractitionerRole?_count=2")
    [following] = page.xpath("//nav[@class='pages']/a/@href")
    assert following.startswith("/explore/PractitionerRole?")
    assert (await site.get(following)).cssselect("tbody tr")


async def test_references_can_be_followed(site: Site) -> None:
    """A reference in a resource leads to the resource."""
    page = await site.get("/explore/CareTeam/circle")
    links = page.xpath("//*[@class='value']/a/@href")
    assert "/explore/Patient/person" in links
    for link in ("/explore/Patient/person", "/explore/PractitionerRole/practice-1"):
        await site.get(link)


async def test_a_history_shows_what_changed(site: Site) -> None:
    """Each version names the elements that differ from the one before; a deletion says so."""
    await site.store(BASIC, BASIC | {"code": {"text": "second"}, "created": "2026-11-22"})
    await site.client.delete("/fhir/Basic/versions")
    page = await site.get("/explore/Basic/versions/_history")
    versions = page.cssselect(".versions > li")
    assert len(versions) == 3
    assert "supprimée" in versions[0].text_content()
    changed = versions[1]
    assert [one.text_content() for one in changed.cssselect("del")] == ["first"]
    assert [one.text_content() for one in changed.cssselect("ins")] == ["second", "2026-11-22"]


@pytest.mark.parametrize(("view", "begin"), [("json", "{"), ("xml", "<?xml")])
async def test_the_text_of_a_resource_is_shown(view: str, begin: str, site: Site) -> None:
    """JSON and XML are those of the API."""
    page = await site.get(f"/explore/Goal/goal?view={view}")
    assert page.cssselect("pre.raw")[0].text_content().startswith(begin)
