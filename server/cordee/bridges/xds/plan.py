"""What an exchange with the DMP keeps, so that every attempt at it is the same.

https://profiles.ihe.net/ITI/TF/Volume2/ITI-41.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import uuid4

from cordee.bridges.xds import holder as holders
from cordee.bridges.xds.held_document import Place
from cordee.bridges.xds.submission import Ids
from cordee.bridges.xds.vihf import Holder

BRIDGE = "dmp"
SUBMIT, UPDATE, SEARCH, RETRIEVE = "iti-41", "iti-57", "iti-18", "iti-43"


def submission_key(unique_id: str) -> str:
    """Give the key of a document's submission: a document is submitted once, for ever."""
    return f"{BRIDGE}/{SUBMIT}/{unique_id}"


def oid() -> str:
    """Make an OID that nobody has: a UUID in the arc that ISO/IEC 9834-8 keeps for them."""
    return f"2.25.{uuid4().int}"


@dataclass(frozen=True, slots=True)
class Submission:
    """A document on its way to the DMP."""

    unique_id: str
    hash: str
    patient: str
    place: Place
    ids: Ids
    visibility: tuple[str, ...]
    activity: str
    replaces: str | None
    holder: Holder

    def content(self) -> dict[str, Any]:
        """Write it as plain JSON."""
        return {
            "unique_id": self.unique_id,
            "hash": self.hash,
            "patient": self.patient,
            "place": asdict(self.place),
            "ids": asdict(self.ids),
            "visibility": list(self.visibility),
            "activity": self.activity,
            "replaces": self.replaces,
            "holder": holders.written(self.holder),
        }

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Submission":
        """Read what `content` wrote."""
        return cls(
            unique_id=told["unique_id"],
            hash=told["hash"],
            patient=told["patient"],
            place=Place(**told["place"]),
            ids=Ids.read(told["ids"]),
            visibility=tuple(told["visibility"]),
            activity=told["activity"],
            replaces=told["replaces"],
            holder=holders.read(told["holder"]),
        )

    def same_terms(self, told: Mapping[str, Any]) -> bool:
        """Tell whether a submission that was queued before says the same of the document."""
        fields: Sequence[str] = ("hash", "patient", "activity")
        mine = self.content()
        return all(mine[key] == told.get(key) for key in fields) and (
            set(mine["visibility"]) == set(told.get("visibility", ()))
        )


def fresh_ids() -> Ids:
    """Make the names of a submission."""
    return Ids(_urn(), oid(), _urn(), _urn(), oid())


@dataclass(frozen=True, slots=True)
class Update:
    """A change of a document's metadata on its way to the DMP."""

    unique_id: str
    patient: str
    action: str
    set: str
    set_unique: str
    entry: str
    activity: str
    holder: Holder

    def content(self) -> dict[str, Any]:
        """Write it as plain JSON."""
        plain = {key: getattr(self, key) for key in self.__slots__ if key != "holder"}
        return plain | {"holder": holders.written(self.holder)}

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Update":
        """Read what `content` wrote."""
        return cls(**{**told, "holder": holders.read(told["holder"])})


def update(unique_id: str, patient: str, action: str, activity: str, who: Holder) -> Update:
    """Plan a change, its names fixed."""
    return Update(unique_id, patient, action, _urn(), oid(), _urn(), activity, who)


def _urn() -> str:
    return f"urn:uuid:{uuid4()}"
