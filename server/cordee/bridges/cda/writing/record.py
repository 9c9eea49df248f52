"""The resources a document is made from: found by reference, by type, and around a focus."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cordee.resource.types import Resource


class Record:
    """A pool of resources of one patient, and the one the document is about."""

    def __init__(
        self,
        resources: Iterable[tuple[str | None, Resource]],
        focus: Resource,
        former: Resource | None = None,
    ) -> None:
        """Index resources, each with the URL it is known by if it has one.

        `former` is the version of the focus before this one, where it is known.
        """
        self.focus = focus
        self.former = former
        self._by_key: dict[str, Resource] = {}
        self._by_type: dict[str, list[Resource]] = {}
        for url, resource in resources:
            type, id = resource.get("resourceType", ""), resource.get("id")
            self._by_type.setdefault(type, []).append(resource)
            for key in (url, f"{type}/{id}" if id else None):
                if key:
                    self._by_key.setdefault(key, resource)

    def __iter__(self) -> Iterator[Resource]:
        for resources in self._by_type.values():
            yield from resources

    def all(self, *types: str) -> Iterator[Resource]:
        """Give every resource of some types."""
        for type in types:
            yield from self._by_type.get(type, ())

    def get(self, reference: object, *types: str, owner: Resource | None = None) -> Resource | None:
        """Find what a Reference points to, among some types if they are named.

        `owner` is the resource that holds it, for what it contains.
        """
        literal = reference.get("reference") if isinstance(reference, Mapping) else reference
        found = self._find(str(literal), owner or self.focus) if literal else None
        if found is None or (types and found.get("resourceType") not in types):
            return None
        return found

    def _find(self, literal: str, owner: Resource) -> Resource | None:
        if literal.startswith("#"):
            inside = owner.get("contained", ())
            return next((row for row in inside if f"#{row.get('id')}" == literal), None)
        plain = literal.partition("/_history/")[0]
        if plain in self._by_key:
            return self._by_key[plain]
        return self._by_key.get("/".join(plain.rsplit("/", 2)[-2:]))

    @property
    def patient(self) -> Resource | None:
        """The patient the focus is about, or the only one there is."""
        if self.focus.get("resourceType") == "Patient":
            return self.focus
        for name in ("subject", "patient", "for", "beneficiary"):
            found = self.get(self.focus.get(name), "Patient")
            if found is not None:
                return found
        patients = list(self.all("Patient"))
        return patients[0] if len(patients) == 1 else None


def rows(resource: Mapping[str, Any] | None, name: str) -> list[Any]:
    """Give the values of a repeating element, or none."""
    value = (resource or {}).get(name) or ()
    return list(value) if isinstance(value, list | tuple) else [value]


def current(resource: Mapping[str, Any] | None, name: str) -> list[Any]:
    """Give the values of a repeating element that are in use."""
    return [row for row in rows(resource, name) if _is_current(row)]


def _is_current(value: Any) -> bool:
    return not isinstance(value, Mapping) or value.get("use") != "old"


def first(resource: Mapping[str, Any] | None, name: str) -> Any:
    """Give the first value of a repeating element, or None."""
    return next(iter(rows(resource, name)), None)


def extension(element: Mapping[str, Any] | None, end: str) -> Mapping[str, Any] | None:
    """Give the extension whose URL ends so."""
    return next(
        (row for row in rows(element, "extension") if row.get("url", "").endswith(end)), None
    )
