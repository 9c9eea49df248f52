"""Which reader reads which entry: by template and mood, the most special template first.

https://esante.gouv.fr/volets-contenus
"""

from collections.abc import Callable, Mapping

from cordee.bridges.cda.reading.entries import (
    allergy_intolerance,
    attachment,
    condition,
    consent,
    device,
    encounter,
    immunization,
    medication,
    observation,
    planned,
    procedure,
)
from cordee.bridges.cda.reading.node import Node
from cordee.bridges.cda.reading.reading import Reading
from cordee.bridges.cda.writing.entries.vocabulary import FR, PCC

Read = Callable[[Reading, Node], list[dict[str, str]]]
"""Makes resources of an entry; gives references to them."""

_ASKED = ("INT", "PRP", "RQO", "ARQ", "APT", "PRMS", "DEF")


def _asked(read: Read) -> dict[str, Read]:
    return dict.fromkeys(_ASKED, read)


_OBSERVATION: dict[str, Read] = {"EVN": observation.observation}
_ORGANIZER: dict[str, Read] = {"EVN": observation.organizer}
_REQUEST = _asked(planned.request) | {"GOL": planned.goal}
_MEDICATION = _asked(medication.request) | {"EVN": medication.statement}

READERS: dict[str, Mapping[str, Read]] = {
    f"{FR}3.40": {"EVN": allergy_intolerance.concern},
    f"{FR}3.41": {"EVN": allergy_intolerance.allergy},
    f"{FR}3.39": {"EVN": condition.concern},
    f"{PCC}4.5.3": {"EVN": allergy_intolerance.concern},
    f"{PCC}4.5.2": {"EVN": condition.concern},
    f"{FR}3.37": {"EVN": condition.problem},
    f"{PCC}4.6": {"EVN": allergy_intolerance.allergy},
    f"{PCC}4.5": {"EVN": condition.problem},
    f"{FR}3.45": {"EVN": immunization.immunization},
    f"{PCC}4.12": {"EVN": immunization.immunization},
    f"{FR}3.83": _asked(medication.request),
    f"{FR}3.42": _MEDICATION,
    f"{PCC}4.7": _MEDICATION,
    f"{FR}3.62": _asked(planned.request) | {"EVN": procedure.procedure},
    f"{PCC}4.19": _asked(planned.request) | {"EVN": procedure.procedure},
    f"{FR}3.58": _asked(encounter.planned) | {"EVN": encounter.encounter},
    f"{PCC}4.14": _asked(encounter.planned) | {"EVN": encounter.encounter},
    f"{FR}3.27": _REQUEST,
    f"{PCC}1.20.3.1": _REQUEST,
    f"{FR}3.20": {"EVN": device.device},
    f"{FR}3.18": {"EVN": attachment.attached},
    f"{FR}3.103": {"EVN": attachment.media},
    f"{FR}3.54": {"EVN": consent.directive},
    f"{PCC}4.13.7": {"EVN": consent.directive},
    f"{FR}3.49": {"EVN": observation.vital_signs},
    f"{PCC}4.13.1": {"EVN": observation.vital_signs},
    f"{FR}3.55": _ORGANIZER,
    f"{FR}3.95": _ORGANIZER,
    f"{FR}3.98": _ORGANIZER,
    f"{FR}3.208": _ORGANIZER,
    f"{FR}3.80": _OBSERVATION,
    f"{FR}3.48": _OBSERVATION,
    f"{FR}3.52": _OBSERVATION,
    f"{FR}3.53": _OBSERVATION,
    f"{PCC}4.13": _OBSERVATION,
}
"""Template of an entry → mood → reader, the first that an entry has counts."""


OTHERS = frozenset((f"{FR}3.210",))
"""Templates of entries that look like one that is read and mean something else."""


def reader(node: Node) -> Read | None:
    """Give the reader of an entry; None for what the official mapping does not cover."""
    held = frozenset(node.templates)
    if held & OTHERS:
        return None
    mood = node.get("moodCode") or "EVN"
    return next(
        (moods[mood] for root, moods in READERS.items() if root in held and mood in moods), None
    )
