"""Who is let in: https://hl7.org/fhir/R4/http.html#Status-Codes."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from cordee.access.authentication import Credentials
from cordee.access.caller import Caller
from cordee.app import services
from cordee.errors import Category, FhirError
from cordee.settings import Settings
from cordee.web import rate_limit
from cordee.web.admission import Admission
from cordee.web.application import build
from cordee.web.rate_limit import RateLimits

JEANNE = Caller(subject="810000000001", issuer="https://issuer.example", client="lgc")
PAUL = Caller(subject="810000000002", issuer="https://issuer.example", client="lgc")


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(rate_limit, "time", made)
    return made


def test_requests_beyond_the_most_at_once_are_shed() -> None:
    """The one too many gets UNAVAILABLE with Retry-After; one that ends makes room."""
    admission = Admission(Settings(max_concurrent=2), known=True)
    admission.enter()
    admission.enter()
    with pytest.raises(FhirError, match="CORDEE_MAX_CONCURRENT") as raised:
        admission.enter()
    assert raised.value.category is Category.UNAVAILABLE
    assert raised.value.headers == {"Retry-After": "1"}
    admission.leave()
    admission.enter()


def test_a_client_may_ask_in_bursts_and_then_at_its_rate(clock: Clock) -> None:
    """Five seconds' worth at once, then as many as the rate; others are not held back."""
    admission = Admission(Settings(rate_limit=2), known=True)
    for _ in range(10):
        admission.known(JEANNE, None)
    with pytest.raises(FhirError) as raised:
        admission.known(JEANNE, None)
    assert raised.value.category is Category.THROTTLED
    assert raised.value.headers == {"Retry-After": "1"}
    admission.known(PAUL, None)
    clock.now += 1
    admission.known(JEANNE, None)
    admission.known(JEANNE, None)
    with pytest.raises(FhirError):
        admission.known(JEANNE, None)


def test_an_address_that_keeps_failing_is_not_even_asked(clock: Clock) -> None:
    """After a hundred failures at once an address waits; success costs it nothing."""
    admission = Admission(Settings(), known=True)
    refused = FhirError(Category.UNAUTHENTICATED, "no")
    for _ in range(100):
        admission.before("10.0.0.1")
        admission.failed("10.0.0.1", refused)
    with pytest.raises(FhirError) as raised:
        admission.before("10.0.0.1")
    assert raised.value.category is Category.THROTTLED
    admission.before("10.0.0.2")
    clock.now += 1
    admission.before("10.0.0.1")


def test_processes_count_together(tmp_path: Path) -> None:
    """Buckets mapped from one file are one client's, whichever process takes from them."""
    first, second = (RateLimits(1, 4, tmp_path / "buckets") for _ in range(2))
    for limits in (first, second, first, second):
        limits.take("jeanne")
    with pytest.raises(FhirError):
        first.take("jeanne")


def test_without_authentication_or_limit_nobody_is_counted() -> None:
    """Clients that are not known are not told apart, and 0 means no limit."""
    for admission in (
        Admission(Settings(), known=False),
        Admission(Settings(rate_limit=0), known=True),
    ):
        for _ in range(5_000):
            admission.known(JEANNE, "10.0.0.1")
            admission.before("10.0.0.1")


class Anybody:
    """Authentication for tests: everybody is Jeanne, except who says nothing."""

    async def caller(self, credentials: Credentials) -> Caller:
        """Give the caller."""
        if credentials.authorization is None:
            raise FhirError(Category.UNAUTHENTICATED, "Say who you are")
        return JEANNE

    async def still(self, caller: Caller) -> Caller:
        """Take them at their word, still."""
        return caller

    async def configuration(self) -> None:
        """Tell nothing."""


async def test_a_client_past_its_rate_gets_429(
    mongodb_uri: str, mongodb_database: str, tmp_path: Path
) -> None:
    """Over HTTP: an OperationOutcome that says when to come back; probing without a token too."""
    settings = Settings(
        mongodb_uri=mongodb_uri, mongodb_database=mongodb_database, data=tmp_path, rate_limit=1
    )
    async with services(settings) as opened:
        app = build(replace(opened, authentication=Anybody()))
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test/fhir") as http:
            jeanne = {"Authorization": "Jeanne"}
            codes = [(await http.get("/Patient/x", headers=jeanne)).status_code for _ in range(6)]
            last = await http.get("/Patient/x", headers=jeanne)
            unknown = [(await http.get("/Patient/x")).status_code for _ in range(130)]
    assert set(codes) <= {403, 404, 429}
    assert codes[0] != 429
    assert codes[-1] == 429
    assert int(last.headers["Retry-After"]) >= 1
    assert last.json()["issue"][0]["code"] == "throttled"
    assert set(unknown) == {401, 429}
