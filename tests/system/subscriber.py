"""What tests do as a subscriber of a running server, and how they check what they were told."""

import asyncio
from collections.abc import Collection
from typing import Any

import httpx
import pytest

from subscriptions.receiver import Receiver


async def active(base_url: str, resource: dict[str, Any]) -> str:
    """Subscribe and wait until the subscription is active; give its id."""
    async with httpx.AsyncClient(base_url=base_url, timeout=30) as http:
        made = await http.post("/Subscription", json=resource)
        assert made.status_code == 201, made.text
        return await until_active(http, made.json()["id"])


async def until_active(http: httpx.AsyncClient, id: str) -> str:
    """Wait until a subscription is active; give its id."""
    for _ in range(400):
        found = (await http.get(f"/Subscription/{id}")).json()
        if found["status"] == "active":
            return id
        await asyncio.sleep(0.05)
    pytest.fail(f"the subscription is {found['status']}: {found.get('error')}")


async def first_told(
    receiver: Receiver, wanted: Collection[tuple[str, int]], seconds: float = 120
) -> dict[int, tuple[str, int]]:
    """Wait until all of some (id, version) were told; give number → what it first stood for.

    Numbers are in the order of their first arrival. Fails when one stood for two things.
    """
    first: dict[int, tuple[str, int]] = {}
    read = 0
    for _ in range(int(seconds / 0.1)):
        for told in receiver.all[read:]:
            body = told.json()
            key = (body["id"], int(body["meta"]["versionId"]))
            assert first.setdefault(told.number, key) == key, "a number stands for one event"
        read = len(receiver.all)
        if set(wanted) <= set(first.values()):
            return first
        await asyncio.sleep(0.1)
    missing = set(wanted) - set(first.values())
    pytest.fail(f"{len(missing)} of {len(wanted)} were not told, {min(missing)} is one of them")
