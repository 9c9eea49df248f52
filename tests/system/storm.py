"""A storm of writes that remembers every acknowledgement, and the check that nothing is missing."""

import asyncio
import itertools
from dataclasses import dataclass, field
from typing import Any

import httpx

Key = tuple[str, int]


@dataclass(slots=True)
class Storm:
    """Writers that create, update and delete until told to stop.

    `acknowledged` maps (id, version) to the marker the server confirmed (None for a deletion).
    """

    base_url: str
    writers: int = 6
    acknowledged: dict[Key, str | None] = field(default_factory=dict)
    refused: int = 0
    stopping: bool = False

    async def blow(self, seconds: float) -> None:
        """Write for some seconds."""
        limits = httpx.Limits(max_connections=self.writers)
        async with httpx.AsyncClient(base_url=self.base_url, timeout=10, limits=limits) as http:
            writers = [asyncio.create_task(self._write(http, n)) for n in range(self.writers)]
            await asyncio.sleep(seconds)
            self.stopping = True
            await asyncio.gather(*writers)

    async def _write(self, http: httpx.AsyncClient, writer: int) -> None:
        for number in itertools.count():
            if self.stopping:
                return
            marker = f"{writer}-{number}"
            try:
                await self._one_life(http, marker, delete=number % 5 == 4)
            except httpx.HTTPError:
                self.refused += 1
                await asyncio.sleep(0.05)

    async def _one_life(self, http: httpx.AsyncClient, marker: str, *, delete: bool) -> None:
        created = await http.post("/Basic", json=basic(marker))
        if not self._keep(created, marker):
            return
        resource_id = created.json()["id"]
        changed = f"{marker}-changed"
        body = basic(changed) | {"id": resource_id}
        self._keep(await http.put(f"/Basic/{resource_id}", json=body), changed)
        if delete:
            gone = await http.delete(f"/Basic/{resource_id}")
            if gone.status_code in {200, 204}:
                version = int(gone.headers["ETag"].removeprefix('W/"').rstrip('"'))
                self.acknowledged[resource_id, version] = None

    def _keep(self, answer: httpx.Response, marker: str) -> bool:
        if answer.status_code not in {200, 201}:
            self.refused += 1
            return False
        body = answer.json()
        key = (body["id"], int(body["meta"]["versionId"]))
        assert key not in self.acknowledged, f"version {key} was given twice"
        self.acknowledged[key] = marker
        return True


def basic(marker: str) -> dict[str, Any]:
    """Make the resource a storm writes."""
    return {"resourceType": "Basic", "code": {"text": marker}}


async def losses(base_url: str, storm: Storm) -> list[str]:
    """List what was acknowledged and is not there, and every hole in a history."""
    found: list[str] = []
    gate = asyncio.Semaphore(8)
    ids = {resource_id for resource_id, _ in storm.acknowledged}
    async with httpx.AsyncClient(base_url=base_url, timeout=30) as http:

        async def check(resource_id: str) -> None:
            async with gate:
                found.extend(await _faults(http, storm, resource_id))

        await asyncio.gather(*(check(one) for one in ids))
    return found


async def _faults(http: httpx.AsyncClient, storm: Storm, resource_id: str) -> list[str]:
    history = (await http.get(f"/Basic/{resource_id}/_history")).json()
    versions: dict[int, str | None] = {}
    for entry in history["entry"]:
        version = int(entry["response"]["etag"].removeprefix('W/"').rstrip('"'))
        resource = entry.get("resource")
        versions[version] = resource["code"]["text"] if resource else None
    faults = []
    if sorted(versions) != list(range(1, len(versions) + 1)):
        faults.append(f"{resource_id}: versions {sorted(versions)}")
    for (one, version), marker in storm.acknowledged.items():
        if one == resource_id and versions.get(version, "missing") != marker:
            faults.append(f"{one}/{version}: {versions.get(version, 'missing')} is not {marker}")
    return faults
