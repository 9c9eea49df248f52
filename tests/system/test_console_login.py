"""Logging in on the pages, with a real OpenID provider."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from system.conftest import Running, free_port
from system.openid_provider import OpenIdProvider, openid_provider

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("openid")]
AUDIENCE = "https://cordee.example/fhir"
NURSE = "899700245667"
PRACTITIONER = {
    "resourceType": "Practitioner",
    "id": "nurse",
    "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": NURSE}],
}

PATIENT = {"resourceType": "Patient", "id": "person", "name": [{"family": "Cordier"}]}
FOLLOWED = {"resourceType": "Patient", "id": "followed", "name": [{"family": "Piolet"}]}
CIRCLE = {
    "resourceType": "CareTeam",
    "id": "circle",
    "status": "active",
    "subject": {"reference": "Patient/followed"},
    "participant": [
        {
            "member": {"reference": "Practitioner/nurse", "display": "Une infirmière"},
            "period": {"start": "2026-01-01"},
        }
    ],
}


@dataclass(frozen=True, slots=True)
class Place:
    """A guarded server and its provider."""

    server: Running
    provider: OpenIdProvider


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A server whose console is a client of the provider."""
    port = free_port()
    console = {
        "client_id": "console",
        "client_secret": "a secret of the console",
        "redirect_uris": [f"http://127.0.0.1:{port}/console/callback"],
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
    }
    folder: Path = tmp_path_factory.mktemp("login")
    with openid_provider(AUDIENCE, console) as provider:
        environment = {
            "CORDEE_MONGODB_CACHE_GB": "0.25",
            "CORDEE_AUTH": "oidc",
            "CORDEE_OIDC_ISSUER": provider.url,
            "CORDEE_OIDC_AUDIENCE": AUDIENCE,
            "CORDEE_OIDC_ALLOW_HTTP": "true",
            "CORDEE_CONSOLE_CLIENT_ID": "console",
            "CORDEE_CONSOLE_CLIENT_SECRET": "a secret of the console",
        }
        server = Running(folder / "data", port, environment).start()
        bearer = {"Authorization": f"Bearer {provider.software('system/*.cruds')}"}
        for one in (PRACTITIONER, PATIENT, FOLLOWED, CIRCLE):
            address = f"{server.base_url}/{one['resourceType']}/{one['id']}"
            made = httpx.put(address, json=one, headers=bearer)
            assert made.status_code == 201, made.text
        yield Place(server, provider)
        server.stop()


def log_in(browser: httpx.Client, place: Place, name: str, path: str) -> httpx.Response:
    """Follow the flow page by page, as a browser does, to the page that was wanted."""
    answer = browser.get(f"{place.server.root}/console/login", params={"next": path})
    for _ in range(20):
        here = str(answer.url)
        if answer.is_redirect:
            answer = browser.get(urljoin(here, answer.headers["location"]))
        elif here.startswith(place.server.root):
            return answer
        else:
            action = re.search(r'action="([^"]+)"', answer.text)
            prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)
            assert action is not None and prompt is not None, answer.text[:1000]  # noqa: PT018
            form = {"prompt": prompt[1], "login": name, "password": "any"}
            answer = browser.post(urljoin(here, action[1]), data=form)
    pytest.fail("the login does not end")


def test_a_professional_logs_in_and_out(place: Place) -> None:
    """Before, a page shows nothing; after, it shows what the API lets this person see."""
    page = f"{place.server.root}/explore/Practitioner/nurse"
    with httpx.Client() as browser:
        before = browser.get(page)
        assert before.status_code == 401
        assert "/console/login?next=/explore/Practitioner/nurse" in before.text
        assert NURSE not in before.text
        after = log_in(browser, place, NURSE, "/explore/Practitioner/nurse")
        assert (str(after.url), after.status_code) == (page, 200)
        assert NURSE in after.text
        left = browser.post(
            f"{place.server.root}/console/logout", headers={"Origin": place.server.root}
        )
        assert left.status_code == 303
        assert browser.get(page).status_code == 401


def test_the_session_is_out_of_reach_of_scripts_and_of_the_eye(place: Place) -> None:
    """The cookie is HttpOnly and SameSite, and does not show the token; a changed one is none."""
    with httpx.Client() as browser:
        log_in(browser, place, NURSE, "/")
        session = next(one for one in browser.cookies.jar if one.name == "cordee-session")
        assert session.has_nonstandard_attr("HttpOnly")
        assert session.get_nonstandard_attr("SameSite") == "lax"
        assert not str(session.value).startswith("ey")
        altered = {"cordee-session": str(session.value)[:-8] + "AAAAAAAA"}
    answer = httpx.get(f"{place.server.root}/explore/Practitioner", cookies=altered)
    assert answer.status_code == 401


def test_a_session_opens_no_more_than_the_api(place: Place) -> None:
    """Who is in no circle of a person does not see the record, and is told so."""
    for name in (NURSE, "899700000000"):
        with httpx.Client() as browser:
            answer = log_in(browser, place, name, "/dossier/person")
            assert answer.status_code in {403, 404}
            assert "Cordier" not in answer.text


def test_a_member_of_the_circle_opens_the_record(place: Place) -> None:
    """With its circle; traces are the person's own, which the page says; commands name $TOKEN."""
    with httpx.Client(headers={"Accept-Language": "fr"}) as browser:
        answer = log_in(browser, place, NURSE, "/dossier/followed")
        assert answer.status_code == 200, answer.text
        for said in ("Piolet", "Une infirmière", "Les traces se montrent à la personne"):
            assert said in answer.text
        shown = browser.get(f"{place.server.root}/explore/Patient/followed")
        assert "Authorization: Bearer $TOKEN" in shown.text


def test_a_login_is_only_ended_where_it_was_begun(place: Place) -> None:
    """An answer that nobody asked for, or that leads elsewhere, opens nothing."""
    root = place.server.root
    answer = httpx.get(f"{root}/console/callback", params={"code": "x", "state": "y"})
    assert "refused=" in answer.headers["location"]
    with httpx.Client() as browser:
        answer = log_in(browser, place, NURSE, "//evil.example/")
        assert str(answer.url) == f"{root}/"
