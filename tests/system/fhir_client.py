"""A plain FHIR client over HTTP, for tests that look at a server from outside."""

from typing import Any, TypeAlias
from urllib.parse import urljoin

import httpx

FHIR_JSON = "application/fhir+json"
FORM = "application/x-www-form-urlencoded"
JSON_PATCH = "application/json-patch+json"

Json: TypeAlias = dict[str, Any]


class FhirClient:
    """Requests below a FHIR base, on one connection pool; paths have no leading slash."""

    def __init__(self, base_url: str) -> None:
        """Open the pool."""
        self.base_url = base_url
        self._http = httpx.Client(timeout=60, headers={"Accept": FHIR_JSON})

    def close(self) -> None:
        """Close the pool."""
        self._http.close()

    def send(
        self,
        method: str,
        path: str,
        content: bytes | Json | list[Any] | None = None,
        **headers: str,
    ) -> httpx.Response:
        """Send a request; `if_match="*"` is the header `If-Match: *`, a dict is sent as JSON."""
        named = {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
        request: dict[str, Any] = {"content": content} if isinstance(content, bytes) else {}
        if isinstance(content, dict | list):
            named.setdefault(b"content-type", FHIR_JSON.encode())
            request = {"json": content}
        url = urljoin(f"{self.base_url}/", path) if path else self.base_url
        return self._http.request(method, url, headers=named, **request)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Read or search."""
        return self.send("GET", path, None, **headers)

    def put(self, resource: Json, **headers: str) -> httpx.Response:
        """Update a resource at its own id."""
        return self.send("PUT", f"{resource['resourceType']}/{resource['id']}", resource, **headers)

    def post(self, resource: Json, **headers: str) -> httpx.Response:
        """Create a resource."""
        return self.send("POST", resource["resourceType"], resource, **headers)

    def bundle(self, kind: str, *entries: Json, **headers: str) -> httpx.Response:
        """Send a batch or transaction."""
        body = {"resourceType": "Bundle", "type": kind, "entry": list(entries)}
        return self.send("POST", "", body, **headers)

    def ids(self, path: str) -> list[str]:
        """Give the ids a search finds, without what is included."""
        return [entry["resource"]["id"] for entry in matches(self.get(path))]


def matches(response: httpx.Response) -> list[Json]:
    """Give the matching entries of a searchset."""
    assert response.status_code == 200, response.text
    entries: list[Json] = response.json().get("entry", [])
    return [entry for entry in entries if entry["search"]["mode"] == "match"]


def included(response: httpx.Response) -> set[str]:
    """Give `Type/id` of the included entries of a searchset."""
    assert response.status_code == 200, response.text
    found = (entry for entry in response.json().get("entry", []))
    return {
        f"{entry['resource']['resourceType']}/{entry['resource']['id']}"
        for entry in found
        if entry["search"]["mode"] == "include"
    }


def links(response: httpx.Response) -> dict[str, str]:
    """Give a Bundle's links: relation → URL."""
    return {link["relation"]: link["url"] for link in response.json().get("link", [])}


def entry(
    method: str, url: str, resource: Json | None = None, full_url: str | None = None, **asked: str
) -> Json:
    """Make an entry of a batch or transaction."""
    made: Json = {"request": {"method": method, "url": url, **asked}}
    if resource is not None:
        made["resource"] = resource
    if full_url is not None:
        made["fullUrl"] = full_url
    return made


def issue(response: httpx.Response) -> Json:
    """Give the first issue of an OperationOutcome."""
    body = response.json()
    assert body["resourceType"] == "OperationOutcome", body
    first: Json = body["issue"][0]
    return first
