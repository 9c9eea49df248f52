"""How the client is set up."""

from pymongo.read_concern import ReadConcern

from cordee.store.connection import connect, unfit


async def test_writes_are_durable_whatever_the_uri_says() -> None:
    """Majority and journal, and majority reads, also when the URI asks for less."""
    client = connect("mongodb://db.example.org/?w=1&journal=false&readConcernLevel=local")
    assert client.write_concern.document == {"w": "majority", "j": True}
    assert client.read_concern == ReadConcern("majority")
    await client.close()


async def test_every_form_of_uri_is_understood() -> None:
    """Sockets, loopback, several hosts and own compressors make a client."""
    for uri in (
        "mongodb://%2Ftmp%2Fmongodb.sock/?directConnection=true",
        "mongodb://localhost:27017",
        "mongodb://one.example.org,two.example.org/?replicaSet=rs",
        "mongodb://one.example.org/?compressors=zlib",
    ):
        client = connect(uri)
        await client.close()


def test_what_cannot_serve_is_told_why() -> None:
    """A standalone server has no transactions; before 6.0 there are not the indexes we make."""
    assert unfit({"setName": "rs0", "maxWireVersion": 17}) is None
    assert unfit({"msg": "isdbgrid", "maxWireVersion": 25}) is None
    assert "--replSet" in (unfit({"maxWireVersion": 17}) or "")
    assert "6.0" in (unfit({"setName": "rs0", "maxWireVersion": 13}) or "")
