"""A storm of writes that remembers every acknowledgement, and what is missing afterwards."""

import asyncio
import itertools
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx

Key = tuple[str, int]


@dataclass(slots=True)
class Storm:
    """Writers that create, change and delete until told to stop.

    `acknowledged` maps (id, version) to the marker the server confirmed (None for a deletion);
    `patience` is how many seconds a writer waits for an answer.
    """

    base_url: str
    writers: int = 6
    patience: float = 30
    acknowledged: dict[Key, str | None] = field(default_factory=dict)
    refusals: Counter[str] = field(default_factory=Counter)
    moments: list[float] = field(default_factory=list)
    stopping: bool = False

    async def blow(self, seconds: float | None = None) -> None:
        """Write for some seconds, or until `stopping`."""
        async with httpx.AsyncClient(base_url=self.base_url, timeout=self.patience) as http:
            writers = [asyncio.create_task(self._write(http, n)) for n in range(self.writers)]
            if seconds is not None:
                await asyncio.sleep(seconds)
                self.stopping = True
            await asyncio.gather(*writers)

    async def more(self, count: int, *, within: float = 90) -> None:
        """Wait until so many more are acknowledged; raises TimeoutError after so many seconds."""
        wanted = len(self.acknowledged) + count
        async with asyncio.timeout(within):
            while len(self.acknowledged) < wanted:  # noqa: ASYNC110 - a count has no event
                await asyncio.sleep(0.02)

    def longest_gap(self) -> float:
        """Give the longest time without an acknowledgement, in seconds."""
        pairs = itertools.pairwise(self.moments)
        return max((later - earlier for earlier, later in pairs), default=0.0)

    async def _write(self, http: httpx.AsyncClient, writer: int) -> None:
        for number in itertools.count():
            if self.stopping:
                return
            try:
                await self._one_life(http, f"{writer}-{number}", delete=number % 5 == 4)
            except httpx.HTTPError as error:
                self.refusals[type(error).__name__] += 1
                await asyncio.sleep(0.1)

    async def _one_life(self, http: httpx.AsyncClient, marker: str, *, delete: bool) -> None:
        created = await http.post("/Basic", json=basic(marker))
        if not await self._keep(created, marker):
            return
        id = created.json()["id"]
        changed = f"{marker}-changed"
        body = basic(changed) | {"id": id}
        await self._keep(await http.put(f"/Basic/{id}", json=body), changed)
        if delete:
            gone = await http.delete(f"/Basic/{id}")
            if gone.status_code in {200, 204}:
                version = int(gone.headers["ETag"].removeprefix('W/"').rstrip('"'))
                self.acknowledged[id, version] = None
                self.moments.append(time.monotonic())

    async def _keep(self, answer: httpx.Response, marker: str) -> bool:
        if answer.status_code not in {200, 201}:
            self.refusals[str(answer.status_code)] += 1
            await asyncio.sleep(0.1)
            return False
        body = answer.json()
        key = (body["id"], int(body["meta"]["versionId"]))
        assert key not in self.acknowledged, f"version {key} was given twice"
        self.acknowledged[key] = marker
        self.moments.append(time.monotonic())
        return True


def basic(marker: str) -> dict[str, Any]:
    """Make the resource a storm writes."""
    return {"resourceType": "Basic", "code": {"text": marker}}


async def losses(base_url: str, storm: Storm) -> list[str]:
    """List what was acknowledged and is not there, and every hole in a history."""
    found: list[str] = []
    gate = asyncio.Semaphore(8)
    async with httpx.AsyncClient(base_url=base_url, timeout=120) as http:

        async def check(id: str) -> None:
            async with gate:
                found.extend(await _faults(http, storm, id))

        await asyncio.gather(*(check(id) for id in {id for id, _ in storm.acknowledged}))
    return found


async def _faults(http: httpx.AsyncClient, storm: Storm, wanted: str) -> list[str]:
    history = (await http.get(f"/Basic/{wanted}/_history")).json()
    versions: dict[int, str | None] = {}
    for entry in history.get("entry", []):
        version = int(entry["response"]["etag"].removeprefix('W/"').rstrip('"'))
        resource = entry.get("resource")
        versions[version] = resource["code"]["text"] if resource else None
    faults = []
    if sorted(versions) != list(range(1, len(versions) + 1)):
        faults.append(f"{wanted}: versions {sorted(versions)}")
    faults += [
        f"{id}/{version}: {versions.get(version, 'missing')} is not {marker}"
        for (id, version), marker in storm.acknowledged.items()
        if id == wanted and versions.get(version, "missing") != marker
    ]
    return faults
