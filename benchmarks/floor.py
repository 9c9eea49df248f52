"""The floor: a bare ASGI app over the same MongoDB, which knows nothing of FHIR.

`GET /read/{id}` (a Patient), `GET /read/{type}/{id}`, `GET /identifier/{system|value}` and
`GET /record/{type}/{patient}` (the first 20 of a person) return the bytes Cordée stored;
`POST /insert` puts the body into a collection with the write concern Cordée uses.
Started as `uvicorn benchmarks.floor:app` with FLOOR_MONGODB_URI and FLOOR_DATABASE set.
"""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import unquote

from bson import Binary, ObjectId
from pymongo import AsyncMongoClient, WriteConcern

Message = MutableMapping[str, Any]
HEADERS = [(b"content-type", b"application/fhir+json")]


class Floor:
    """The app; the client is made on the first request, inside the server's loop."""

    def __init__(self) -> None:
        self.client: AsyncMongoClient[dict[str, Any]] | None = None

    def database(self) -> Any:
        """Give the database Cordée uses."""
        if self.client is None:
            self.client = AsyncMongoClient(os.environ["FLOOR_MONGODB_URI"])
        return self.client[os.environ.get("FLOOR_DATABASE", "cordee")]

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        status, body = await self.answer(scope["path"], receive)
        headers = [*HEADERS, (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def answer(
        self, path: str, receive: Callable[[], Awaitable[Message]]
    ) -> tuple[int, bytes]:
        """Give the status and body of a path."""
        _, verb, *rest = path.split("/", 2)
        if verb == "insert":
            return await self.insert(receive)
        if verb == "identifier":
            system, _, value = unquote(rest[0]).partition("|")
            match = {"sp.identifier": {"$elemMatch": {"v": value, "s": system}}}
            return await self.page("Patient", match, 51)
        type, _, id = rest[0].rpartition("/")
        if verb == "record":
            return await self.page(type, {"c": f"Patient/{id}"}, 20)
        document = await self.database()[type or "Patient"].find_one({"_id": id}, {"b": 1})
        return (200, bytes(document["b"])) if document else (404, b"")

    async def page(self, type: str, match: dict[str, Any], count: int) -> tuple[int, bytes]:
        """Give a page of what matches, as it is stored."""
        found = self.database()[type].find(match, {"b": 1}).limit(count)
        bodies = [bytes(document["b"]) for document in await found.to_list()]
        return 200, b'{"resourceType":"Bundle","entry":[' + b",".join(bodies) + b"]}"

    async def insert(self, receive: Callable[[], Awaitable[Message]]) -> tuple[int, bytes]:
        """Insert the request's body, majority-acknowledged and journaled."""
        chunks = []
        while True:
            message = await receive()
            chunks.append(message.get("body", b""))
            if not message.get("more_body"):
                break
        collection = self.database().get_collection(
            "floor", write_concern=WriteConcern(w="majority", j=True)
        )
        await collection.insert_one({"_id": ObjectId(), "b": Binary(b"".join(chunks))})
        return 201, b""


app = Floor()
