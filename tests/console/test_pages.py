"""What holds for every page."""

import re

import pytest

from console.conftest import HOSTILE, Site

PAGES = (
    "/",
    "/?patient=Lef",
    "/validate",
    "/validate?example",
    "/dossier/person",
    "/dossier/hostile",
    "/explore",
    "/explore/Patient",
    "/explore/Patient?name=lef&_sort=birthdate",
    "/explore/CareTeam/circle",
    "/explore/Patient/hostile",
    "/explore/Patient/hostile?view=json",
    "/explore/Patient/hostile?view=xml",
    "/explore/Patient/person/_history",
    "/explore/Patient/person/_history/1",
    "/operations",
)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("path", PAGES)
async def test_a_page_can_be_read_by_everybody(path: str, language: str, site: Site) -> None:
    """It has a language, a title, landmarks, one first heading, and a label for each field."""
    page = await site.get(path, language=language)
    assert page.get("lang") == language
    assert (page.findtext(".//title") or "").endswith("· Cordée")
    for landmark in ("header", "main", "footer", "nav"):
        assert page.xpath(f"//{landmark}"), landmark
    assert len(page.xpath("//h1")) == 1
    for field in page.xpath("//input[not(@type='hidden')] | //textarea | //select"):
        labelled = field.get("aria-label") or field.xpath("ancestor::label")
        assert labelled or page.xpath(f"//label[@for='{field.get('id')}']"), field.attrib
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", PAGES)
async def test_no_page_holds_a_script_or_a_style_of_its_own(path: str, site: Site) -> None:
    """Scripts and styles come from files of this server alone, also in a hostile record."""
    answer = await site.client.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    page = await site.get(path)
    assert page.xpath("//style | //@style | //*[@*[starts-with(name(), 'on')]]") == []
    for script in page.xpath("//script"):
        assert script.get("src", "").startswith("/console/static/")
        assert not script.text
    assert page.xpath("//img[@onerror] | //a[starts-with(@href, 'javascript:')]") == []


async def test_hostile_content_is_shown_as_it_is_written(site: Site) -> None:
    """Markup in a resource is text on a page."""
    page = await site.get("/explore/Patient/hostile")
    assert HOSTILE in page.xpath("//*[@class='value']/text()")


@pytest.mark.parametrize("path", ["/", "/validate", "/dossier/person"])
async def test_a_first_visit_is_light(path: str, site: Site) -> None:
    """A page with everything it needs is smaller than 300 kB, and its files are kept for a year."""
    answer = await site.client.get(path)
    size = len(answer.content)
    for address in set(re.findall(r'"(/console/static/[^"]+)"', answer.text)):
        file = await site.client.get(address)
        assert file.status_code == 200
        assert "immutable" in file.headers["cache-control"]
        size += len(file.content)
    assert size < 300_000


async def test_the_language_chosen_is_kept(site: Site) -> None:
    """`?lang=` counts more than the browser's wish, and is remembered."""
    answer = await site.client.get("/?lang=en", headers={"Accept-Language": "fr"})
    assert 'lang="en"' in answer.text
    again = await site.client.get("/validate", headers={"Accept-Language": "fr"})
    assert '<html lang="en">' in again.text
    site.client.cookies.clear()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/dossier/nobody", 404),
        ("/explore/Patient/nobody", 404),
        ("/explore/Nothing", 404),
        ("/explore/Patient/$everything", 404),
        ("/dossier/$dossier", 404),
        ("/explore/Patient?nonsense=1", 400),
    ],
)
async def test_what_the_api_refuses_is_told(path: str, status: int, site: Site) -> None:
    """The page has the API's status and its reasons."""
    page = await site.get(path, status)
    assert page.xpath("//main//li")


async def test_a_file_that_is_none_is_not_found(site: Site) -> None:
    """Static files have the names that pages give them."""
    assert (await site.client.get("/console/static/0/../page.py")).status_code == 404
