"""A coding: its system absolute and a code system, its code and display known there.

https://hl7.org/fhir/R4/datatypes.html#Coding
https://hl7.org/fhir/R4/datatypes.html#Identifier
"""

import re
from typing import Any

from cordee.errors import Severity
from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
from cordee.validation.run import Check, Run
from cordee.validation.vocabulary import Vocabulary

HL7 = ("http://terminology.hl7.org/", "http://hl7.org/fhir/")
"""Code systems held here in the very words of their authors."""

URIS = "urn:ietf:rfc:3986"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def coding(vocabulary: Vocabulary) -> Check:
    """Check a Coding by itself, whatever value set it is bound to."""

    def check(value: Any, place: Place, run: Run) -> None:
        system = value.get("system")
        if not isinstance(system, str) or not system:
            return
        at: Place = (place, "system", -1)
        if ":" not in system:
            run.add("system-relative", at, system=excerpt(system))
        elif "/ValueSet/" in system:
            weight = run.options.codings
            run.add("coding-value-set", at, severity=weight, system=excerpt(system))
        elif "code" in value:
            _check_code(value, system, place, vocabulary, run)

    return check


def _check_code(
    value: dict[str, Any], system: str, place: Place, vocabulary: Vocabulary, run: Run
) -> None:
    verdict = vocabulary.verdict(value)
    if verdict is None:
        return
    code = excerpt(value.get("code"))
    if verdict.result is False:
        run.add("coding-unknown-code", (place, "code", -1), code=code, system=system)
    elif verdict.result is None:
        run.add("coding-unknown-system", place, code=code, system=system)
    elif verdict.display_correct is False:
        at: Place = (place, "display", -1)
        found, known = excerpt(value.get("display")), verdict.display or ""
        weight = run.options.codings if system.startswith(HL7) else Severity.WARNING
        run.add("coding-display", at, severity=weight, found=found, known=known, code=code)


def identifier(value: Any, place: Place, run: Run) -> None:
    """Check the system of an Identifier, and the value where the system says that it is a URI."""
    system, text = value.get("system"), value.get("value")
    if system == URIS and isinstance(text, str) and not _SCHEME.match(text):
        at: Place = (place, "value", -1)
        run.add("identifier-uri", at, severity=run.options.codings, value=excerpt(text))
    if isinstance(system, str) and system and ":" not in system:
        run.add("system-relative", (place, "system", -1), system=excerpt(system))
