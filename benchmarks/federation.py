"""Two servers, one circle, random edits on both, and everything between them breaking.

`python -m benchmarks.federation [--edits 1000] [--seed 1]`. Ways are cut and answers swallowed,
servers killed with SIGKILL, clocks set wrong by up to two hours and changed while they run. Then
all is mended, and every acknowledged edit must be shown by both, or have been replaced by somebody
who could read it, or stand in a Task of conflict. The last line printed is one JSON object.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from benchmarks.federation_ledger import Edit, Json, Names, Said, Story, judge
from benchmarks.federation_servers import Member, Proxy, Trouble
from cordee.store.embedded import EmbeddedMongo

INS = {"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "253053523829957"}
PERSON = Path(__file__).parents[1] / "ig/examples/Patient-person.json"
PROFILE = "https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-ihe-careteam"
ROLE = {
    "coding": [
        {
            "system": "https://mos.esante.gouv.fr/NOS/TRE_R260-HL7RoleClass/FHIR/TRE-R260-HL7RoleClass",
            "code": "PROV",
        }
    ]
}
POOL = 12
"""Professionals at the beginning; some more come on the way."""
PATIENCE = 90.0


def rpps(number: int) -> str:
    """Make an RPPS number with its key (Luhn)."""
    digits = f"100{number:07d}"
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return f"{digits}{-total % 10}"


@dataclass
class Writer:
    """A client that edits the circle at one server, as tools do: reads, changes, writes."""

    member: Member
    chance: random.Random
    prefix: int
    edits: list[Edit] = field(default_factory=list)
    unknown: int = 0
    refused: int = 0
    resolved: int = 0
    _count: int = 0
    _new: int = 0

    async def run(self, count: int) -> None:
        """Make so many edits that are acknowledged."""
        async with httpx.AsyncClient(base_url=self.member.base, timeout=10) as http:
            while len(self.edits) < count:
                try:
                    if self.chance.random() < 0.04:
                        await self._decide(http)
                    await self._edit(http)
                except httpx.HTTPError:
                    self.unknown += 1
                    await asyncio.sleep(0.3)
                await asyncio.sleep(self.chance.uniform(0, 0.05))

    async def _edit(self, http: httpx.AsyncClient) -> None:
        found = await http.get("/CareTeam", params={"subject": "Patient/person"})
        if found.status_code != 200 or not found.json().get("entry"):
            await asyncio.sleep(0.2)
            return
        team = found.json()["entry"][0]["resource"]
        rows = team["participant"]
        made = self.chance.random()
        if made < 0.02:
            who = await self._newcomer(http)
            rows.append(self._stay(who))
        elif made < 0.08 and len(rows) > 3:
            who = rows.pop(self.chance.randrange(len(rows)))["member"]["reference"]
        elif made < 0.12:
            who = self.chance.choice(rows)["member"]["reference"]
            rows.append(self._stay(who))
        else:
            row = self.chance.choice(rows)
            who = row["member"]["reference"]
            row["period"] = self._period(ended=self.chance.random() < 0.6)
        said = tuple(
            sorted(
                (row["period"].get("start", ""), row["period"].get("end", ""))
                for row in rows
                if row["member"]["reference"] == who
            )
        )
        match = f'W/"{team["meta"]["versionId"]}"'
        answer = await http.put(f"/CareTeam/{team['id']}", json=team, headers={"If-Match": match})
        if answer.status_code == 200:
            version = int(answer.json()["meta"]["versionId"])
            self.edits.append(Edit(self.member.name, version, who, said or None))
        else:
            self.refused += 1

    def _stay(self, who: str) -> Json:
        return {"role": [ROLE], "member": {"reference": who}, "period": self._period(ended=False)}

    def _period(self, *, ended: bool) -> Json:
        """Make a period that nobody else writes."""
        self._count += 1
        number = self._count
        moment = (
            f"T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}+0{self.prefix}:00"
        )
        start = f"20{self.chance.randrange(10, 25)}-0{self.chance.randrange(1, 10)}-11{moment}"
        return {"start": start} | ({"end": f"2026-0{self.prefix}-12{moment}"} if ended else {})

    async def _newcomer(self, http: httpx.AsyncClient) -> str:
        self._new += 1
        return await professional(
            http, f"{self.member.name}{self._new}", self.prefix * 1000 + self._new
        )

    async def _decide(self, http: httpx.AsyncClient) -> None:
        """Decide a conflict, as who coordinates does."""
        query = {"code": "federation-conflict", "status": "requested"}
        found = (await http.get("/Task", params=query)).json().get("entry", ())
        if not found:
            return
        task = self.chance.choice(found)["resource"]
        self.resolved += (await decide(http, task, self.chance)).is_success


async def decide(http: httpx.AsyncClient, task: Json, chance: random.Random) -> httpx.Response:
    """Complete a Task of conflict with one of its versions."""
    version = chance.choice(task["contained"])["id"]
    kept = {
        "coding": [{"system": "https://cordee.example/fhir/CodeSystem/federation", "code": "kept"}]
    }
    output = [{"type": kept, "valueReference": {"reference": f"#{version}"}}]
    done = task | {"status": "completed", "output": output}
    match = f'W/"{task["meta"]["versionId"]}"'
    return await http.put(f"/Task/{task['id']}", json=done, headers={"If-Match": match})


async def professional(http: httpx.AsyncClient, id: str, number: int) -> str:
    """Write a professional and their role; give the reference to it."""
    who = {
        "resourceType": "Practitioner",
        "id": id,
        "identifier": [{"system": "https://rpps.esante.gouv.fr", "value": rpps(number)}],
        "name": [{"family": f"Soignant {number}"}],
    }
    role = {
        "resourceType": "PractitionerRole",
        "id": id,
        "practitioner": {"reference": f"Practitioner/{id}"},
    }
    for each in (who, role):
        (await http.put(f"/{each['resourceType']}/{id}", json=each)).raise_for_status()
    return f"PractitionerRole/{id}"


async def prepare(members: Sequence[Member]) -> None:
    """Let both know the person, and the first have their circle."""
    person = json.loads(PERSON.read_text("utf-8"))
    for member in members:
        async with httpx.AsyncClient(base_url=member.base, timeout=30) as http:
            (await http.put("/Patient/person", json=person)).raise_for_status()
    async with httpx.AsyncClient(base_url=members[0].base, timeout=30) as http:
        references = [await professional(http, f"p{n}", n) for n in range(1, POOL + 1)]
        team = {
            "resourceType": "CareTeam",
            "meta": {"profile": [PROFILE]},
            "identifier": [
                {
                    "system": "urn:ietf:rfc:3986",
                    "value": "urn:uuid:0c5b4d9e-1f3c-4d0b-9f57-1f2a5d1b8a11",
                }
            ],
            "status": "active",
            "name": "Cercle",
            "subject": {"reference": "Patient/person"},
            "period": {"start": "2020-01-01"},
            "participant": [
                {
                    "role": [ROLE],
                    "member": {"reference": reference},
                    "period": {"start": f"2020-01-{n:02}"},
                }
                for n, reference in enumerate(references, 1)
            ],
        }
        (await http.post("/CareTeam", json=team)).raise_for_status()


async def everything(http: httpx.AsyncClient, url: str) -> list[Json]:
    """Read all pages of a list."""
    found: list[Json] = []
    following: str | None = url
    while following:
        page = (await http.get(following)).raise_for_status().json()
        found += [entry["resource"] for entry in page.get("entry", ()) if "resource" in entry]
        links = {row["relation"]: row["url"] for row in page.get("link", ())}
        following = links.get("next")
    return found


@dataclass
class Look:
    """What a server shows at one moment."""

    names: Names
    team: Json
    circle: dict[str, Said]


async def look(member: Member) -> Look:
    """Look at a server's circle."""
    async with httpx.AsyncClient(base_url=member.base, timeout=30) as http:
        people = await everything(http, "/Practitioner?_count=500")
        people += await everything(http, "/PractitionerRole?_count=500")
        names = Names(people)
        teams = await everything(http, "/CareTeam?subject=Patient/person")
    team = teams[0] if teams else {}
    return Look(names, team, names.circle(team))


async def converged(members: Sequence[Member]) -> float | None:
    """Wait until both show the same; give the seconds it took, None for never."""
    begun = time.monotonic()
    while time.monotonic() - begun < PATIENCE:
        looks = [await look(member) for member in members]
        if looks[0].circle == looks[1].circle:
            return time.monotonic() - begun
        await asyncio.sleep(0.5)
    return None


async def story(member: Member) -> tuple[Story, Names, list[Json]]:
    """Read all that a server ever showed, and its Tasks of conflict."""
    seen = await look(member)
    async with httpx.AsyncClient(base_url=member.base, timeout=60) as http:
        id = seen.team["id"]
        versions = await everything(http, f"/CareTeam/{id}/_history?_count=500")
        traces = await everything(http, f"/Provenance?target=CareTeam/{id}&_count=500")
        tasks = await everything(http, "/Task?code=federation-conflict&_count=500")
    merges = {
        int(target["reference"].rpartition("/")[2])
        for trace in traces
        for target in trace["target"]
        if target["reference"].startswith(f"CareTeam/{id}/_history/")
    }
    merges |= {1} if member.name != "nord" else set()
    shown = {int(each["meta"]["versionId"]): seen.names.circle(each) for each in versions}
    return Story(member.name, shown, merges), seen.names, tasks


async def run(arguments: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Do it all; give the counts."""
    chance = random.Random(arguments.seed)
    with EmbeddedMongo(folder / "data", cache_gb=0.25) as mongo:
        members = [Member("nord", folder, mongo.uri), Member("sud", folder, mongo.uri)]
        ways = [Proxy(member.port) for member in members]
        for way in ways:
            await way.start()
        members[0].configure(ways[0], "sud", ways[1])
        members[1].configure(ways[1], "nord", ways[0])
        try:
            for member in members:
                member.start()
            await asyncio.gather(*(member.wait() for member in members))
            return await _measured(arguments, members, ways, chance)
        finally:
            for member in members:
                member.stop()
            for way in ways:
                await way.stop()


async def _measured(
    arguments: argparse.Namespace, members: list[Member], ways: list[Proxy], chance: random.Random
) -> dict[str, Any]:
    begun = time.monotonic()
    await prepare(members)
    met = await converged(members)
    if met is None:
        raise SystemExit("the servers have not found the person they have in common")
    ready = time.monotonic() - begun
    writers = [
        Writer(member, random.Random(chance.random()), prefix)
        for prefix, member in enumerate(members, 1)
    ]

    def made() -> int:
        return sum(len(writer.edits) for writer in writers)

    trouble = Trouble(members, ways, chance, arguments.kill_every, made)
    begun = time.monotonic()
    troubling = asyncio.create_task(trouble.run())
    telling = asyncio.create_task(_told(members, writers))
    share = arguments.edits // 2
    await asyncio.gather(writers[0].run(share), writers[1].run(arguments.edits - share))
    trouble.over = True
    telling.cancel()
    await troubling
    took = time.monotonic() - begun
    first = await converged(members)
    verdict, facts = await _judged(members, writers)
    settled = await _all_decided(members, chance)
    again = await converged(members)
    left = await _open_tasks(members)
    return {
        **verdict,
        "tasks_of_conflict": facts,
        "tasks_decided_on_the_way": sum(writer.resolved for writer in writers),
        "tasks_decided_at_the_end": settled,
        "tasks_left_open": left,
        "converged": first is not None,
        "converged_after_decisions": again is not None and left == 0,
        "seconds_to_converge": None if first is None else round(first, 1),
        "seconds_to_meet": round(ready, 1),
        "seconds": round(took, 1),
        "without_answer": sum(writer.unknown for writer in writers),
        "refused_as_raced": sum(writer.refused for writer in writers),
        "cuts": trouble.cuts,
        "kills": sum(member.kills for member in members),
        "clock_changes": trouble.skews,
    }


async def _told(members: Sequence[Member], writers: Sequence[Writer]) -> None:
    """Say now and then how far it is."""
    begun = time.monotonic()
    while True:
        await asyncio.sleep(30)
        made = ", ".join(f"{each.member.name} {len(each.edits)}" for each in writers)
        kills = sum(member.kills for member in members)
        passed = time.monotonic() - begun
        print(f"{passed:.0f} s: {made} edits, {kills} kills", file=sys.stderr, flush=True)


async def _judged(
    members: Sequence[Member], writers: Sequence[Writer]
) -> tuple[dict[str, Any], int]:
    stories: dict[str, Story] = {}
    in_tasks: set[tuple[str, Said]] = set()
    edits: list[Edit] = []
    count = 0
    for member, writer in zip(members, writers, strict=True):
        told, names, tasks = await story(member)
        stories[member.name] = told
        count += len(tasks)
        for task in tasks:
            for version in task.get("contained", ()):
                in_tasks |= set(names.circle(version).items())
        for edit in writer.edits:
            who = next(iter(names.circle({"participant": [{"member": {"reference": edit.who}}]})))
            edits.append(Edit(edit.server, edit.version, who, edit.said))
    verdict = judge(edits, stories, in_tasks)
    for lost in verdict.lost:
        print("LOST", lost)
    return verdict.line(), count


async def _all_decided(members: Sequence[Member], chance: random.Random) -> int:
    """Decide all conflicts that are left at the first server; the other must hear of it."""
    done = 0
    async with httpx.AsyncClient(base_url=members[0].base, timeout=30) as http:
        query = "/Task?code=federation-conflict&status=requested&_count=500"
        for task in await everything(http, query):
            done += (await decide(http, task, chance)).is_success
    return done


async def _open_tasks(members: Sequence[Member]) -> int:
    """Count the conflicts that are still open, as soon as there are none, else after a while."""
    begun, left = time.monotonic(), 1
    while left and time.monotonic() - begun < PATIENCE / 3:
        left = 0
        for member in members:
            async with httpx.AsyncClient(base_url=member.base, timeout=30) as http:
                query = "/Task?code=federation-conflict&status=requested&_count=500"
                left += len(await everything(http, query))
        await asyncio.sleep(0.5 if left else 0)
    return left


def main() -> None:
    """Run, and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=1000, help="edits, half of them a server")
    parser.add_argument("--seed", type=int, default=1, help="what chance begins with")
    parser.add_argument("--kill-every", type=int, default=100, help="edits; 0 kills nobody")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(asyncio.run(run(arguments, Path(folder)))))


if __name__ == "__main__":
    main()
