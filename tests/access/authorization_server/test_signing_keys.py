"""The signing keys of several servers over one real database."""

from collections.abc import AsyncIterator, Callable

import pytest

from cordee.access.authorization_server.access_token import Issuing
from cordee.access.authorization_server.signing_keys import KEPT, SigningKeys
from cordee.access.tokens.signature import verified
from cordee.errors import Category, FhirError
from cordee.search.registry import SearchRegistry
from cordee.settings import Settings
from cordee.store.mongo_store import MongoStore

DAY = 86_400.0


class Clock:
    """The time, which a test moves on."""

    def __init__(self) -> None:
        self.now = 20_000 * DAY + 100

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def store(
    mongodb_uri: str, mongodb_database: str, registry: SearchRegistry
) -> AsyncIterator[MongoStore]:
    """A real store."""
    settings = Settings(mongodb_database=mongodb_database)
    opened = await MongoStore.open(mongodb_uri, registry, settings)
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> Clock:
    """A clock."""
    return Clock()


@pytest.fixture
def server(store: MongoStore, clock: Clock) -> Callable[..., SigningKeys]:
    """Make the keys as one server sees them: a new one each day, tokens of an hour."""

    def make(secret: bytes = b"s" * 32) -> SigningKeys:
        ring = store.key_ring()
        return SigningKeys(ring, lambda: secret, period=DAY, lifetime=3600, clock=clock)

    return make


async def token(keys: SigningKeys) -> str:
    """Give a token of a server."""
    issuing = Issuing(keys, issuer="https://us", audience="https://us/fhir", seconds=3600)
    return (await issuing.issue("me", "tool", frozenset(), certificate=None)).token


async def test_servers_share_their_keys(server: Callable[..., SigningKeys]) -> None:
    """What one signs, another verifies; both publish the same, and no private part."""
    first, second = server(), server()
    assert (await verified(await token(first), second))["sub"] == "me"
    assert await first.public() == await second.public()
    assert all("d" not in key for key in await first.public())


async def test_a_key_goes_when_its_tokens_have_expired(
    server: Callable[..., SigningKeys], clock: Clock
) -> None:
    """The day after it still verifies; an hour into it, it does not, and another server agrees."""
    keys = server()
    old = await token(keys)
    clock.now += DAY - 200
    assert await verified(old, keys)
    clock.now += 200
    assert await verified(old, keys)
    assert len(await keys.public()) == 2
    clock.now += 3700
    for each in (keys, server()):
        with pytest.raises(FhirError) as refused:
            await verified(old, each)
        assert refused.value.category is Category.UNAUTHENTICATED
    assert await verified(await token(keys), keys)


async def test_all_tokens_can_be_called_back(
    server: Callable[..., SigningKeys], store: MongoStore, clock: Clock
) -> None:
    """Without its key a token is refused as soon as the server looks, and new ones are good."""
    keys = server()
    old = await token(keys)
    await store.key_ring().forget(2**53)
    clock.now += KEPT + 1
    with pytest.raises(FhirError):
        await verified(old, keys)
    assert await verified(await token(keys), keys)


async def test_keys_in_the_database_are_sealed(
    server: Callable[..., SigningKeys], store: MongoStore
) -> None:
    """They open with the same secret alone, which the error names."""
    await token(server())
    (sealed,) = (await store.key_ring().keys()).values()
    assert "kty" not in sealed
    with pytest.raises(FhirError) as refused:
        await token(server(b"t" * 32))
    assert "CORDEE_TOKEN_SECRET" in str(refused.value)
