"""Settings that would let nobody in, or anybody, are told."""

from typing import Any

import pytest

from cordee.access.gate import faults, origin_of
from cordee.settings import Settings

IDP = {"oidc_issuer": "https://login.example"}


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"auth": "oidc", "oidc_audience": ["us"]}, "CORDEE_OIDC_ISSUER"),
        ({"auth": "oidc"} | IDP, "CORDEE_OIDC_AUDIENCE"),
        ({"auth": "oidc", "oidc_issuer": "http://a", "oidc_audience": ["us"]}, "ALLOW_HTTP"),
        ({"auth": "psc"} | IDP, "CORDEE_OIDC_CLIENTS"),
        ({"auth": "oidc", "oidc_audience": "us", "clients": "c.json"} | IDP, "CORDEE_BASE_URL"),
    ],
)
def test_what_is_missing_is_named(settings: dict[str, Any], word: str) -> None:
    """A token for any other service must not open this one."""
    (fault,) = faults(Settings(**settings))
    assert word in fault


@pytest.mark.parametrize(
    "settings",
    [
        {"auth": "off"},
        {"auth": "oidc", "oidc_audience": "us,them"} | IDP,
        {"auth": "psc", "oidc_clients": '["tool"]'} | IDP,
        {"auth": "oidc", "oidc_issuer": "http://a", "oidc_audience": "us", "oidc_allow_http": True},
    ],
)
def test_what_suffices_is_taken(settings: dict[str, Any]) -> None:
    """Lists are written as JSON or with commas."""
    assert faults(Settings(**settings)) == []


@pytest.mark.parametrize(
    ("settings", "origin"),
    [
        ({"base_url": "https://care.example/fhir"}, "https://care.example"),
        ({"base_url": "https://care.example/fhir/"}, "https://care.example"),
        ({"base_url": "https://care.example/region/fhir"}, "https://care.example/region"),
    ],
)
def test_our_own_tokens_are_named_after_our_address(settings: dict[str, Any], origin: str) -> None:
    """The public address, wherever the base lies below it."""
    assert origin_of(Settings(**settings)) == origin
