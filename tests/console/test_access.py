"""The pages where callers are authenticated."""

from collections.abc import AsyncIterator

import pytest

from console.conftest import Site, opened_site, text
from cordee.settings import Settings


@pytest.fixture(scope="module")
async def guarded(
    mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Site]:
    """The pages of a server that wants to know its callers."""
    settings = Settings(
        mongodb_uri=mongodb_uri,
        mongodb_database="test_console_access",
        data=tmp_path_factory.mktemp("console"),
        auth="oidc",
        oidc_issuer="https://provider.example",
        oidc_audience=["cordee"],
    )
    async with opened_site(settings) as pages:
        yield pages


@pytest.mark.parametrize(
    "path",
    ["/dossier/person", "/explore/Patient", "/explore/Patient/person", "/operations"],
)
async def test_nothing_is_shown_to_nobody(path: str, guarded: Site) -> None:
    """Without a token a page says why it shows nothing, with the API's status."""
    page = await guarded.get(path, 401, language="en")
    assert "Who are you?" in text(page)
    assert not page.cssselect("table, .identity, .tree")


async def test_the_home_page_has_no_records(guarded: Site) -> None:
    """The home page stands, without any person on it."""
    page = await guarded.get("/")
    assert not page.cssselect(".person")


async def test_a_validation_needs_a_caller_too(guarded: Site) -> None:
    """What the API refuses, the form refuses."""
    answer = await guarded.client.post("/validate", data={"text": "{}"})
    assert answer.status_code == 401


async def test_orders_are_never_given_from_the_page(guarded: Site) -> None:
    """Pause and replay are ordered elsewhere."""
    order = {"subscription": "told", "order": "pause"}
    headers = {"Sec-Fetch-Site": "same-origin"}
    answer = await guarded.client.post("/operations", data=order, headers=headers)
    assert answer.status_code == 403
