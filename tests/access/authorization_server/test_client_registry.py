"""The file of registered software."""

import json
from pathlib import Path
from typing import Any

import pytest

from cordee.access.authorization_server.client_registry import ClientRegistry, RegisteredClient
from cordee.access.authorization_server.oauth_error import OAuthError
from cordee.access.client_certificate import named
from cordee.errors import FhirError

TOOL: dict[str, Any] = {
    "client_id": "tool",
    "certificate_subject": "CN=tool,O=TEST,C=FR",
    "grants": ["token-exchange"],
    "scopes": ["user/Patient.rs", "user/Observation.cruds?category=vital-signs", "coordination"],
}


def client(**more: Any) -> RegisteredClient:
    """Make a client."""
    given: dict[str, Any] = TOOL | {"grants": frozenset(), "scopes": frozenset(TOOL["scopes"])}
    return RegisteredClient(**(given | more))


def test_clients_are_found_by_id_and_by_subject(tmp_path: Path) -> None:
    """The subject is compared as a name, not as text."""
    path = tmp_path / "clients.json"
    path.write_text(json.dumps([TOOL]))
    clients = ClientRegistry.load(path)
    assert clients.by_id("tool") is not None
    assert clients.by_subject(named("CN=tool, O=TEST, C=FR".replace(", ", ","))) is not None
    assert clients.by_subject(named("CN=tool,O=TEST,C=BE")) is None
    assert clients.by_id("tools") is None
    assert len(ClientRegistry.load(None)) == 0


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        ("[", "truncated"),
        ([TOOL | {"secret": "x"}], "secret"),
        ([TOOL | {"certificate_subject": None}], "neither"),
        ([TOOL | {"certificate_subject": "tool"}], "clients.json"),
        ([{**TOOL, "grants": ["password"]}], "password"),
        ([TOOL, TOOL], "another's"),
        ([TOOL, TOOL | {"client_id": "other"}], "another's"),
    ],
)
def test_a_wrong_file_is_told(tmp_path: Path, rows: Any, word: str) -> None:
    """What is unknown, missing or unreadable stops the start."""
    path = tmp_path / "clients.json"
    path.write_text(rows if isinstance(rows, str) else json.dumps(rows))
    with pytest.raises(FhirError, match=word):
        ClientRegistry.load(path)


@pytest.mark.parametrize(
    "scope",
    [
        "user/Patient.rs",
        "user/Patient.r",
        "user/Patient.s?name=a",
        "user/Observation.rs?category=vital-signs",
        "user/Patient.read coordination",
    ],
)
def test_scopes_within_those_registered_are_granted(scope: str) -> None:
    """The same, fewer permissions, and narrower searches."""
    assert client().granted(scope) == frozenset(scope.split())


@pytest.mark.parametrize(
    "scope",
    [
        None,
        "",
        "coordination",
        "user/Patient.cruds",
        "user/*.rs",
        "patient/Patient.rs",
        "user/Observation.rs",
        "user/Observation.rs?category=laboratory",
        "user/Patient.rs user/Task.r",
        "user/Patient.nonsense",
        "user/Patient.rs openid",
    ],
)
def test_other_scopes_are_not(scope: str | None) -> None:
    """None at all, none on resources, more permissions, types, levels or width."""
    with pytest.raises(OAuthError) as refused:
        client().granted(scope)
    assert refused.value.code == "invalid_scope"
