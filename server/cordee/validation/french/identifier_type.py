"""The type of an INS and the OID that goes with it.

Référentiel INS 2.1; https://hl7.fr/ig/fhir/core/
"""

from typing import Any

from cordee.validation.french.systems import INS_DEMO, INS_NIA, INS_NIR, INS_TEST
from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.resolution import listed
from cordee.validation.run import Run

SYSTEMS = {
    "INS-NIR": INS_NIR,
    "INS-NIA": INS_NIA,
    "INS-NIR-TEST": INS_TEST,
    "INS-NIR-DEMO": INS_DEMO,
}
"""Code of the type → the only system that it may have."""


def ins_type(value: Any, place: Place, run: Run) -> None:
    """Refuse an Identifier whose type and system name different authorities."""
    kind, system = value.get("type"), value.get("system")
    if not isinstance(kind, dict) or not isinstance(system, str):
        return
    for coding in listed(kind.get("coding")):
        wanted = SYSTEMS.get(str(coding.get("code")))
        if wanted is not None and wanted != system:
            found, code = excerpt(system), str(coding["code"])
            weight = run.options.national
            run.add("ins-oid", place, severity=weight, code=code, wanted=wanted, found=found)
