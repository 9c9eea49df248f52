"""The guide's pages of bricks: complete, in both languages, and true."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from console.conftest import EXAMPLES, Site, text
from cordee.cli.importing import chunk
from cordee.cli.importing.sources import Item
from cordee.console.brick import Brick, bricks
from cordee.console.guide import artifacts, examples
from cordee.definitions.repository import Repository
from cordee.interactions.services import Services

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = {"fr", "en"}


async def test_each_brick_has_a_page_in_both_languages(site: Site) -> None:
    """The index leads to each, and each says its purpose and its rules."""
    index = await site.get("/ig/")
    links = [link.get("href") for link in index.iterfind(".//a")]
    pages = [f"/ig/brick/{name}.html" for name in bricks()]
    assert [link for link in links if link in pages] == pages
    for name, brick in bricks().items():
        for language in sorted(LANGUAGES):
            shown = text(await site.get(f"/ig/brick/{name}.html", language=language))
            assert brick.purpose[language] in shown
            assert all(rule[language] in shown for rule in brick.rules)
    await site.get("/ig/brick/none.html", status=404)


@pytest.mark.parametrize("name", list(bricks()))
def test_what_a_page_names_is_there(name: str) -> None:
    """Profiles, definitions, examples, and the test that follows the brick; in both languages."""
    brick = bricks()[name]
    repository = Repository.load()
    assert [url for url in brick.profiles if repository.structure(url) is None] == []
    assert set(brick.artifacts) <= set(artifacts())
    assert set(brick.examples) <= set(examples())
    file, _, test = brick.test.partition("::")
    assert re.search(rf"^(async )?def {test}\(", (ROOT / file).read_text("utf-8"), re.MULTILINE)
    said = [brick.title, brick.purpose, *brick.rules]
    said += [step.to for step in brick.steps]
    said += [call.says for call in brick.calls]
    assert all(set(each) == LANGUAGES for each in said)


def test_each_example_belongs_to_the_types_of_its_brick() -> None:
    """A brick shows what it is made of, by profile where it has one of its own."""
    for brick in bricks().values():
        shown = [examples()[name] for name in brick.examples]
        assert {one["resourceType"] for one in shown} <= {*brick.types}, brick.name
        claims = {claim for one in shown for claim in one.get("meta", {}).get("profile", ())}
        stated = [url for url in brick.profiles if "/hl7.org/" not in url]
        assert set(stated) <= claims | {None}, brick.name


@pytest.fixture
async def story(standing: tuple[Services, str], http: httpx.AsyncClient) -> httpx.AsyncClient:
    """A server over the guide's examples."""
    paths = sorted(EXAMPLES.glob("*.json"))
    items = [Item(path.name, 1, path.read_bytes()) for path in paths]
    outcome = await chunk.store(standing[0], items)
    assert outcome.rejects == []
    return http


async def test_the_calls_of_the_pages_are_answered_so(story: httpx.AsyncClient) -> None:
    """Each page's calls in their order, over one record, with the answers shown."""
    for brick in bricks().values():
        for place, call in enumerate(brick.calls):
            kind = "json-patch+json" if call.method == "PATCH" else "fhir+json"
            answer = await story.request(
                call.method,
                call.path,
                content=call.body,
                headers={"Content-Type": f"application/{kind}"} if call.body else {},
            )
            assert answer.status_code == call.status, (brick.name, place, answer.text)
            differing = _missing(json.loads(call.answer), answer.json(), _where(brick, place))
            assert differing is None


def _where(brick: Brick, place: int) -> str:
    return f"{brick.name}[{place}]"


def _missing(shown: Any, given: Any, where: str) -> str | None:
    """Say what of an answer shown is not in the one given; None if all of it is."""
    if shown == "…":
        return None
    if isinstance(shown, dict):
        if not isinstance(given, dict):
            return f"{where}: {given!r}"
        found = (_missing(each, given.get(key), f"{where}.{key}") for key, each in shown.items())
        return next(filter(None, found), None)
    if isinstance(shown, list):
        rest: Iterator[Any] = iter(given if isinstance(given, list) else ())
        for each in shown:
            if all(_missing(each, one, where) is not None for one in rest):
                return f"{where}: no {json.dumps(each, ensure_ascii=False)}"
        return None
    return None if shown == given else f"{where}: {given!r}, not {shown!r}"
