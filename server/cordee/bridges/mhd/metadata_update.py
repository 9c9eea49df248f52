"""Flow 03 of PDSm: what may be changed of a document that is shared.

Its status, its confidentiality and whether it is archived; anything else is another document, which
replaces it.

https://interop.esante.gouv.fr/ig/fhir/pdsm/
"""

from collections.abc import Sequence
from typing import Any

from cordee.bridges.mhd.names import DOCUMENT, IS_ARCHIVED, claims
from cordee.bridges.mhd.visibility import aligned
from cordee.errors import Category, FhirError
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.resource.types import Resource
from cordee.store.port import WriteSession

CHANGEABLE = frozenset(("status", "securityLabel", "meta", "text"))


class MetadataUpdate:
    """Refuses patches of other elements, and keeps visibility the same in both its places.

    Implements `services.Guard`.
    """

    def concerns(self, change: Change) -> bool:
        """Look at what was there before as a document of the guide."""
        before = change.before if change.after is not None else None
        return before is not None and DOCUMENT in claims(before)

    async def follow(
        self, services: Services, session: WriteSession, request: Request, change: Change
    ) -> Sequence[Resource]:
        """Give the document again where its visibility was changed in one place alone.

        Raises METHOD_NOT_ALLOWED (405, as the guide says) for a patch of anything else.
        """
        del services, session
        before, after = change.before, change.after
        if before is None or after is None:
            return ()
        if _is_patch(request):
            _check(before, after)
        made = aligned(before, after)
        return () if made is after else (made,)


def _check(before: Resource, after: Resource) -> None:
    for name in sorted((before.keys() | after.keys()) - CHANGEABLE):
        if _compared(before, name) != _compared(after, name):
            text = (
                "Of a shared document only status, securityLabel and whether it is archived "
                f"can be patched, not {name}: provide a document that replaces it"
            )
            raise FhirError(
                Category.METHOD_NOT_ALLOWED, text, expression=f"DocumentReference.{name}"
            )


def _is_patch(request: Request) -> bool:
    body = request.body
    if request.type != "DocumentReference":
        return False
    if isinstance(body, list):
        return True
    rows = body.get("parameter", ()) if isinstance(body, dict) else ()
    return bool(rows) and all(row.get("name") == "operation" for row in rows)


def _compared(document: Resource, name: str) -> Any:
    found = document.get(name)
    if name != "extension":
        return found
    return [row for row in found or () if row.get("url") != IS_ARCHIVED]
