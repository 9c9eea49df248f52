"""The addresses of the login flow, as somebody calls them who wants to be led astray."""

from collections.abc import AsyncIterator, Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request

from access.identity_provider import IdentityProvider, providing
from console.conftest import Site
from console.test_access import guarded
from cordee.access.authentication import NoAuthentication
from cordee.console.login import CALLBACK, LOGIN, LOGOUT, Login
from cordee.settings import Settings

__all__ = ["guarded"]
ELSEWHERE = ["//evil.example/", "/\\evil.example", "/\t/evil.example", "https://evil.example/", ""]
LONG = ["/" + "a" * 6_000, "/" + "é" * 499]


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    """A provider that is asked where logins begin."""
    with providing() as running:
        yield running


@pytest.fixture
async def login(provider: IdentityProvider, tmp_path: Path) -> AsyncIterator[Login]:
    """The console's client, which gives a session to everybody."""
    settings = Settings(
        data=tmp_path,
        auth="oidc",
        oidc_issuer=provider.url,
        oidc_audience=["cordee"],
        oidc_allow_http=True,
        subscriptions_key="a key of this test",
    )
    made = Login(settings, NoAuthentication(), "console")
    yield made
    await made.close()


def browser(login: Login, scheme: str = "https") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(Starlette(routes=login.routes()))
    return httpx.AsyncClient(transport=transport, base_url=f"{scheme}://cordee.test")


def of(answer: httpx.Response, parameter: str) -> str:
    """Give a parameter of the address that an answer leads to."""
    return parse_qs(urlsplit(answer.headers["location"]).query)[parameter][0]


def refusal(login: Login, answer: httpx.Response) -> str:
    """Give what the home page says after an answer."""
    query = urlsplit(answer.headers["location"]).query.encode()
    return login.refusal(Request({"type": "http", "query_string": query, "headers": []}))


@pytest.mark.parametrize("next", [*ELSEWHERE, *LONG, "/dossier/1"])
async def test_a_login_ends_on_a_page_of_ours(
    login: Login, provider: IdentityProvider, next: str
) -> None:
    """Whatever address was asked for, however long; nothing of it is kept by anybody between."""
    provider.granted = {"access_token": provider.token(), "expires_in": 60}
    async with browser(login) as http:
        begun = await http.get(LOGIN, params={"next": next})
        assert begun.status_code == 303
        ended = await http.get(CALLBACK, params={"code": "x", "state": of(begun, "state")})
    kept = next if next in ("/dossier/1", LONG[1]) else "/"
    assert ended.headers["location"] == str(httpx.URL(kept))
    assert {each.headers["cache-control"] for each in (begun, ended)} == {"no-store"}


async def test_cookies_are_the_hosts_own(login: Login, provider: IdentityProvider) -> None:
    """Over TLS no other host of the domain can set them; leaving ends the session."""
    provider.granted = {"access_token": provider.token(), "expires_in": 60}
    async with browser(login) as http:
        begun = await http.get(LOGIN)
        ended = await http.get(CALLBACK, params={"code": "x", "state": of(begun, "state")})
        left = await http.post(LOGOUT, headers={"Sec-Fetch-Site": "same-origin"})
        assert not http.cookies
    set = SimpleCookie()
    for answer in (begun, ended, left):
        for line in answer.headers.get_list("set-cookie"):
            set.load(line)
            (name,) = SimpleCookie(line)
            assert name.startswith("__Host-cordee-")
            assert {"secure", "httponly", "path=/"} <= set_words(line)
            assert "domain" not in line.lower()
    assert len(set) == 2


def set_words(line: str) -> frozenset[str]:
    return frozenset(word.strip().lower() for word in line.split(";"))


@pytest.mark.parametrize("state", ["é", "", "x", "\x00"])
async def test_an_answer_that_nobody_asked_for_is_refused(login: Login, state: str) -> None:
    """Before a login and during another, whatever the state is said to be."""
    async with browser(login, "http") as http:
        for _ in range(2):
            answer = await http.get(CALLBACK, params={"code": "x", "state": state})
            assert answer.status_code == 303
            assert "not begun here" in refusal(login, answer)
            await http.get(LOGIN)


async def test_nobody_else_puts_words_on_the_page(login: Login, guarded: Site) -> None:
    """What the home page says of a login is what this server wrote into the address."""
    for said in ("Ring 0123456789", "sealed:v1:AAAA", "sealed:v1:é"):
        page = await guarded.client.get("/", params={"refused": said})
        assert page.status_code == 200
        assert said not in page.text
        given = httpx.Response(303, headers={"location": str(page.request.url)})
        assert refusal(login, given) == ""
