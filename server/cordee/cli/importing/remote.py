"""Send chunks to a FHIR server as batches.

https://hl7.org/fhir/R4/http.html#transaction
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx

from cordee.cli.importing.chunk import CONTAINERS, Outcome, Reject
from cordee.cli.importing.sources import Item
from cordee.errors import Category, FhirError, Issue, Severity
from cordee.outcome import issues as issues_of
from cordee.resource import json
from cordee.resource.types import Resource


class Remote:
    """A FHIR server that is not ours to open."""

    def __init__(self, http: httpx.Client, pool: ThreadPoolExecutor) -> None:
        """Keep the client and the threads that wait for it."""
        self._http = http
        self._pool = pool

    def submit(self, items: list[Item]) -> "Future[Outcome]":
        """Send a chunk."""
        return self._pool.submit(self.store, items)

    def check(self, plans: list[str]) -> "Future[Outcome]":
        """Say nothing of plans: the server has its own rules."""
        del plans
        return self._pool.submit(Outcome)

    def store(self, items: list[Item]) -> Outcome:
        """Send the resources of some documents as one batch; what is refused becomes a reject."""
        outcome = Outcome()
        sent: list[tuple[Item, Resource]] = []
        for item in items:
            try:
                sent.extend((item, resource) for resource in _resources(item))
            except FhirError as error:
                outcome.rejects.append(_reject(item, issues_of(error)))
        if sent:
            self._send(sent, outcome)
        return outcome

    def _send(self, sent: list[tuple[Item, Resource]], outcome: Outcome) -> None:
        entries = [_entry(resource) for _, resource in sent]
        bundle = {"resourceType": "Bundle", "type": "batch", "entry": entries}
        answer = self._http.post(
            "",
            content=json.serialize(bundle),
            headers={"Content-Type": "application/fhir+json", "Accept": "application/fhir+json"},
        )
        answer.raise_for_status()
        for (item, resource), entry in zip(sent, answer.json()["entry"], strict=True):
            if entry["response"]["status"].startswith("2"):
                outcome.types[resource["resourceType"]] += 1
            else:
                outcome.rejects.append(_reject(item, _told(entry["response"])))


def _resources(item: Item) -> Iterator[Resource]:
    if item.xml:
        text = "XML is imported straight into a database, not through --base-url"
        raise FhirError(Category.UNSUPPORTED, text)
    resource = json.parse(item.data)
    if resource["resourceType"] == "Bundle" and resource.get("type") == "history":
        text = "Histories are imported straight into a database: no server takes versions from us"
        raise FhirError(Category.UNSUPPORTED, text)
    if resource["resourceType"] == "Bundle" and resource.get("type") in CONTAINERS:
        yield from (one["resource"] for one in resource.get("entry", []) if "resource" in one)
    else:
        yield resource


def _entry(resource: Resource) -> dict[str, Any]:
    kind = resource["resourceType"]
    if "id" in resource:
        request = {"method": "PUT", "url": f"{kind}/{resource['id']}"}
    else:
        request = {"method": "POST", "url": kind}
    return {"resource": resource, "request": request}


def _told(response: dict[str, Any]) -> tuple[Issue, ...]:
    rows = response.get("outcome", {}).get("issue", [])
    texts = [row.get("diagnostics") or row.get("details", {}).get("text", "") for row in rows]
    code = rows[0]["code"] if rows else "processing"
    text = f"{response['status']}: {'; '.join(filter(None, texts))}"
    return (Issue(Severity.ERROR, code, text),)


def _reject(item: Item, issues: tuple[Issue, ...]) -> Reject:
    return Reject(item.source, item.number, issues, item.data.decode("utf-8", "replace").strip())


@contextmanager
def remote(base_url: str, connections: int) -> Iterator[Remote]:
    """Open a few connections to a FHIR base URL."""
    timeout = httpx.Timeout(120)
    with (
        httpx.Client(base_url=base_url.rstrip("/"), timeout=timeout) as http,
        ThreadPoolExecutor(connections) as pool,
    ):
        yield Remote(http, pool)
