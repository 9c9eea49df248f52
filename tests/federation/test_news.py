"""Where peers tell of news, and how this server is told of them on the command line."""

import json
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from typer.testing import CliRunner

from cordee.cli.federation import app
from cordee.errors import FhirError
from cordee.federation.office import Office
from cordee.federation.peer import Federation
from cordee.settings import Settings
from cordee.web import federation as web
from federation.conftest import Pair

pytestmark = pytest.mark.xdist_group("federation")


async def test_news_needs_the_secret_of_its_peer(pair: Pair) -> None:
    """Without the secret, with another peer's, or from who is no peer, nobody is heard."""
    federation = Federation.of(pair.north.services.settings)
    assert federation is not None
    office = Office(pair.north.services, federation)
    transport = httpx.ASGITransport(Starlette(routes=web.routes(office)))
    async with httpx.AsyncClient(transport=transport, base_url="https://north.test") as http:

        async def told(path: str, secret: str) -> int:
            headers = {"Authorization": f"Bearer {secret}"}
            return (await http.put(f"/federation/{path}", headers=headers)).status_code

        assert await told("south/Basic/1", office.secret("south")) == 200
        assert await told("south/Basic/1", "") == 401
        assert await told("south/Basic/1", office.secret("other")) == 401
        assert await told("other/Basic/1", office.secret("other")) == 401
        assert (await http.post("/federation/south")).status_code == 401
        bearer = {"Authorization": f"Bearer {office.secret('south')}"}
        assert (await http.post("/federation/south", headers=bearer)).status_code == 200
    await office.close()


def written(folder: Path, **changes: object) -> Path:
    """A file of peers."""
    peer = {"name": "sud", "url": "https://sud.test/fhir", "client_id": "nord-federation"}
    path = folder / "peers.json"
    whole = {"server": "nord", "url": "https://nord.test", "peers": [peer]} | changes
    path.write_text(json.dumps(whole))
    return path


def test_what_to_register_is_said(tmp_path: Path) -> None:
    """`cordee federation peers` gives the scopes and the address that the peer has to know."""
    environment = {"CORDEE_FEDERATION_PEERS": str(written(tmp_path))}
    done = CliRunner().invoke(app, ["peers"], env=environment)
    assert done.exit_code == 0, done.output
    code = "https://cordee.example/fhir/NamingSystem/federation-peer|nord"
    assert f"system/Basic.rs?code={code}" in done.output
    assert "https://nord.test/federation/sud" in done.output


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"server": "Nord 1"}, "is no name of a server"),
        ({"server": "sud"}, "the same name"),
        ({"url": "http://nord.test"}, "https only"),
        ({"url": "https://me:secret@nord.test"}, "password"),
        ({"peers": [{"name": "x", "url": "https://x", "colour": "red"}]}, "colour"),
    ],
    ids=["name", "twice", "http", "password", "unknown"],
)
def test_a_file_of_peers_that_cannot_be_used_is_refused(
    tmp_path: Path, changes: dict[str, object], why: str
) -> None:
    """A server does not start with peers that could be mistaken or overheard."""
    with pytest.raises(FhirError, match=why):
        Federation.of(Settings(federation_peers=written(tmp_path, **changes)))
