"""The worker processes: started when first needed, killed when a document takes too long.

The event loop only waits; a document that makes the rules run forever costs its own process.
"""

import asyncio
import os
import sys
from dataclasses import dataclass, field

import msgspec

from cordee.bridges.cda.rulebook import Ruleset
from cordee.bridges.cda.schematron.order import LENGTH, Order
from cordee.errors import Category, FhirError, Issue

_WAITING = 64
"""Callers that may wait for a worker; more are sent away."""
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "HOME", "PYTHONPATH", "VIRTUAL_ENV", "TMPDIR")
"""What a worker learns of its surroundings: no setting, no secret."""


@dataclass(slots=True)
class Pool:
    """Workers that judge one document at a time each; `timeout` is for one document."""

    size: int = 1
    timeout: float = 30.0
    _idle: list[asyncio.subprocess.Process] = field(default_factory=list)
    _gate: asyncio.Semaphore | None = None
    _waiting: int = 0

    async def judge(self, rules: Ruleset, data: bytes) -> tuple[Issue, ...]:
        """Give the findings of the official rules.

        Raises `FhirError`: TIMEOUT when the document takes too long, THROTTLED when too many wait,
        UNAVAILABLE when a worker cannot be started or dies.
        """
        if self._gate is None:
            self._gate = asyncio.Semaphore(self.size)
        if self._waiting >= _WAITING:
            raise FhirError(
                Category.THROTTLED,
                "Too many documents wait for the official rules",
                headers={"Retry-After": "5"},
            )
        self._waiting += 1
        try:
            async with self._gate:
                return await self._run(rules, data)
        finally:
            self._waiting -= 1

    async def _run(self, rules: Ruleset, data: bytes) -> tuple[Issue, ...]:
        order = Order(str(rules.schema), tuple(map(str, rules.schematrons)))
        worker = self._idle.pop() if self._idle else await _start()
        try:
            async with asyncio.timeout(self.timeout):
                told = await _ask(worker, msgspec.json.encode(order), data)
        except BaseException as error:
            # Nobody knows what it is doing: its answer must not become the next caller's.
            await _end(worker)
            raise _explained(error, self.timeout) from error
        self._idle.append(worker)
        return msgspec.json.decode(told, type=tuple[Issue, ...])

    async def close(self) -> None:
        """End the idle workers; those at work end with their callers."""
        while self._idle:
            await _end(self._idle.pop())


async def _start() -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "cordee.bridges.cda.schematron.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        )
    except OSError as error:
        raise FhirError(
            Category.UNAVAILABLE, f"The process for the official rules cannot start: {error}"
        ) from error


async def _ask(worker: asyncio.subprocess.Process, order: bytes, data: bytes) -> bytes:
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.writelines((LENGTH.pack(len(order)), order, LENGTH.pack(len(data)), data))
    await worker.stdin.drain()
    (length,) = LENGTH.unpack(await worker.stdout.readexactly(LENGTH.size))
    return await worker.stdout.readexactly(length)


async def _end(worker: asyncio.subprocess.Process) -> None:
    if worker.returncode is None:
        worker.kill()
    # The process is reaped whatever happens to the caller.
    await asyncio.shield(worker.wait())


def _explained(error: BaseException, timeout: float) -> BaseException:
    if isinstance(error, TimeoutError):
        text = f"The official rules did not finish within {timeout:g} s"
        return FhirError(Category.TIMEOUT, text)
    if isinstance(error, asyncio.IncompleteReadError | ConnectionError):
        return FhirError(Category.UNAVAILABLE, "The process for the official rules died")
    return error
