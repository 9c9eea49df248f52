"""`/`: where things are, and a way to a person's record."""

from starlette.responses import Response

from cordee.console import capabilities
from cordee.console.api import RefusedError, entries
from cordee.console.page import Reader
from cordee.console.person import Person


async def home(reader: Reader) -> Response:
    """Show the home page; `?patient=` looks for persons by name, birth date or INS."""
    wanted = reader.request.query_params.get("patient", "").strip()
    known = await capabilities.known(reader.api)
    people: list[Person] = []
    refused = False
    query = [("_count", "20"), ("_sort", "family")]
    query += [_criterion(word) for word in wanted.split()]
    answer = await reader.api.get("/fhir/Patient", query if wanted else [("_count", "6")])
    try:
        people = [Person.of(one) for one in entries(answer.resource())]
    except RefusedError as error:
        if error.status not in {401, 403}:
            raise
        refused = True
    return reader.show(
        "home.html",
        capabilities=known,
        people=people,
        wanted=wanted,
        refused=refused,
        refusal=reader.refusal,
        base=f"{reader.request.url.scheme}://{reader.request.headers.get('host', '')}",
    )


def _criterion(word: str) -> tuple[str, str]:
    if word.isdigit() and len(word) >= 13:
        return "identifier", word
    if word[:4].isdigit():
        return "birthdate", word
    return "name", word
