"""Observations of vital signs conform to the vital signs profiles, claimed or not.

https://hl7.org/fhir/R4/observation-vitalsigns.html
"""

from typing import Any

from cordee.definitions.structure import BASE
from cordee.validation.node import resource_node
from cordee.validation.place import Place
from cordee.validation.rules.conformance import Finder
from cordee.validation.run import Check, Run
from cordee.validation.vocabulary import codings

LOINC = "http://loinc.org"

PROFILES: dict[str, str] = {
    "85353-1": "vitalspanel",
    "9279-1": "resprate",
    "8867-4": "heartrate",
    "2708-6": "oxygensat",
    "59408-5": "oxygensat",
    "8310-5": "bodytemp",
    "8302-2": "bodyheight",
    "9843-4": "headcircum",
    "29463-7": "bodyweight",
    "39156-5": "bmi",
    "85354-9": "bp",
}
"""LOINC code → profile (the table of the page above)."""


def vital_signs(find: Finder) -> Check:
    """Check an Observation against the profile that its code calls for."""

    def check(value: Any, place: Place, run: Run) -> None:
        code = value.get("code")
        if not isinstance(code, dict):
            return
        for system, name in codings(code):
            profile = PROFILES.get(name) if system == LOINC else None
            rules = find(BASE + profile) if profile else None
            if rules is not None:
                rules(resource_node(value, place), run)

    return check
