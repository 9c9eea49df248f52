"""Transactions that a killed process left open, ended before the database would end them.

MongoDB notices after a minute or more (`transactionLifetimeLimitSeconds`); until then nobody else
can write what such a transaction wrote. A client is known by its name (`connection.connect`): a
transaction of a name that has no connection any more is nobody's.

https://www.mongodb.com/docs/manual/reference/operator/aggregation/currentOp/
"""

import structlog
from pymongo.errors import OperationFailure
from pymongo.read_concern import ReadConcern

from cordee.store.connection import NAME, Client, Document
from cordee.store.unavailable import translated

_OURS: Document = {"appName": {"$regex": f"^{NAME} "}}
log = structlog.get_logger("cordee.store")


async def end_abandoned(client: Client) -> int:
    """End what killed processes left open; give how many transactions that were.

    Connections are looked at after transactions, so that one of a process that lives has its name
    among them. Raises `FhirError` UNAVAILABLE when the database is away.
    """
    with translated():
        try:
            open = await _rows(client, {"idleSessions": True}, {"transaction": {"$exists": True}})
            if not open:
                return 0
            living = {row["appName"] for row in await _rows(client, {"idleConnections": True}, {})}
            left = [row["lsid"]["id"] for row in open if row["appName"] not in living]
            if left:
                await client.admin.command("killSessions", [{"id": id} for id in left])
        except OperationFailure as error:
            # Where it is not allowed to look (a cluster of somebody else's), time does it.
            log.info("transactions of killed processes are left to time", code=error.code)
            return 0
    if left:
        log.warning("ended transactions of a killed process", count=len(left))
    return len(left)


async def _rows(client: Client, which: Document, wanted: Document) -> list[Document]:
    # An idle session is a row of its own, with the name of the connection it used last.
    kind = "idleSession" if "idleSessions" in which else "op"
    steps = [{"$currentOp": which}, {"$match": {"type": kind} | _OURS | wanted}]
    admin = client.get_database("admin", read_concern=ReadConcern("local"))
    cursor = await admin.aggregate([*steps, {"$project": {"appName": 1, "lsid": 1}}])
    return await cursor.to_list()
