"""What a peer's token opens: the circles shared with it, its own Subscription, and nothing else."""

from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from joserfc.jwk import ECKey

from cordee.federation.peer import Federation
from federation.conftest import NAMES, example, two_servers

pytestmark = pytest.mark.xdist_group("federation")
KEYS = {name: ECKey.generate_key("P-256", {"kid": name}) for name in NAMES}


def guarded(name: str, folder: Path) -> dict[str, Any]:
    """The settings of a server that lets nobody in without a token, and gives some to its peer."""
    other = NAMES[name]
    (folder / "key.json").write_bytes(msgspec.json.encode(KEYS[name].as_dict(private=True)))
    clients = [
        {
            "client_id": f"{other}-federation",
            "grants": ["client_credentials"],
            "jwks": {"keys": [KEYS[other].as_dict(private=False)]},
            "scopes": [
                f"system/Basic.rs?code=https://cordee.example/fhir/NamingSystem/federation-peer|{other}",
                f"system/Subscription.cruds?url=https://{other}.test/federation/{name}",
            ],
        },
        {
            "client_id": "tool",
            "grants": ["client_credentials"],
            "jwks": {"keys": [KEYS[name].as_dict(private=False)]},
            "scopes": ["system/*.cruds"],
        },
    ]
    (folder / "clients.json").write_bytes(msgspec.json.encode(clients))
    return {
        "auth": "oidc",
        "oidc_issuer": "https://idp.test",
        "oidc_audience": ["https://cordee.test"],
        "clients": folder / "clients.json",
        "base_url": f"https://{name}.test/fhir",
        "peer": {
            "client": f"{other}-federation",
            "client_id": f"{name}-federation",
            "key": "key.json",
        },
    }


async def tool(name: str, http: httpx.AsyncClient, folder: Path) -> None:
    """Let a client write everything, as the vendor's own software may."""
    from cordee.federation.credentials import Credentials  # noqa: PLC0415
    from cordee.federation.peer import Peer  # noqa: PLC0415

    peer = Peer(
        name=name,
        url=f"https://{name}.test/fhir",
        client_id="tool",
        key=folder / name / "key.json",
        scopes="system/*.cruds",
    )
    federation = Federation(server="tool", url="https://tool.test", peers=(peer,))
    http.headers.update(await Credentials(federation, peer, "").headers(http))


async def test_a_peer_reaches_what_is_shared_with_it(mongodb_uri: str, tmp_path: Path) -> None:
    """With scopes alone two guarded servers meet, listen and converge; all else is closed."""
    async with two_servers(mongodb_uri, tmp_path, guarded) as (pair, _):
        for name, server in (("north", pair.north), ("south", pair.south)):
            await tool(name, server.http, tmp_path)
        await pair.met()
        assert len((await pair.south.circle())["participant"]) == 6
        await pair.south.partner.listen()
        await pair.south.partner.listen()
        (made,) = await pair.north.all("Subscription")
        assert made["channel"]["endpoint"] == "https://south.test/federation/north"
        # A second person, not in common, and what else the north holds.
        await pair.north.put(example("Flag-alert"))
        client = pair.south.partner._client
        headers = await client._credentials.headers(client._http)
        headers["Accept"] = "application/fhir+json"
        asked = {
            "/Patient/person": 403,
            "/Patient?identifier=253053523829957": 403,
            "/CareTeam": 403,
            "/Flag/alert": 403,
            f"/Basic/{(await pair.north.record())['id']}": 200,
        }
        for url, status in asked.items():
            answer = await client._http.get(f"https://north.test/fhir{url}", headers=headers)
            assert answer.status_code == status, (url, answer.text)
        other = {
            "resourceType": "Subscription",
            "status": "requested",
            "reason": "curiosity",
            "criteria": "Flag?status=active",
            "channel": {"type": "rest-hook", "endpoint": "https://south.test/elsewhere"},
        }
        answer = await client._http.post(
            "https://north.test/fhir/Subscription", headers=headers, json=other
        )
        assert answer.status_code == 403
        # A token of somebody else, or none, does not speak in the peer's name.
        body = {
            "resourceType": "Parameters",
            "parameter": [{"name": "server", "valueString": "south"}],
        }
        answer = await pair.north.http.post("/CareTeam/$meet", json=body)
        assert answer.status_code == 403
        del pair.north.http.headers["Authorization"]
        answer = await pair.north.http.post("/CareTeam/$meet", json=body)
        assert answer.status_code == 401
