"""`$validate-code`: is a code good, in a code system or in a value set?

Three answers: yes, no, and "not known here", which is never an error of the one who asks.

https://hl7.org/fhir/R4/valueset-operation-validate-code.html
https://hl7.org/fhir/R4/codesystem-operation-validate-code.html
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from cordee.resource.folding import fold
from cordee.terminology import language
from cordee.terminology.code_system import Concept
from cordee.terminology.code_systems import CodeSystems
from cordee.terminology.compose import Entry, entry_of
from cordee.terminology.grammar import GRAMMARS
from cordee.terminology.results import Verdict
from cordee.terminology.value_set import ValueSet


def in_code_system(
    systems: CodeSystems,
    system: str,
    code: str,
    *,
    version: str | None = None,
    display: str | None = None,
    display_language: str | None = None,
    abstract: bool = True,
) -> Verdict:
    """Check a code in its code system; `abstract` as for `in_value_set`."""
    url = systems.canonical(system)
    held = systems.find(url, version)
    if held is None:
        return _by_grammar(url, code)
    concept = held.find(code)
    if concept is None:
        if held.complete:
            return _no(f"{code} is not a code of {url}", url, code, held.version)
        text = f"{code} is not in the part of {url} that is known here"
        return Verdict(None, text, url, code, held.version)
    if concept.abstract and not abstract:
        return _no(f"{code} only groups other codes of {url}", url, code, held.version)
    return _yes(entry_of(held, concept), display, display_language)


def in_value_set(
    systems: CodeSystems,
    value_set: ValueSet,
    system: str | None,
    code: str,
    *,
    display: str | None = None,
    display_language: str | None = None,
    abstract: bool = True,
) -> Verdict:
    """Check a code in a value set; without a system, any system of the value set will do.

    `abstract` says whether concepts that only group others are allowed.
    """
    url = systems.canonical(system) if system is not None else _inferred(value_set, code)
    truth = _truth(value_set, url, code)
    name = f"the value set {value_set.url}"
    if truth is None:
        return Verdict(None, f"Whether {code} is in {name} is not known here", url, code)
    if truth is False:
        origin = f" of {url}" if url else ""
        return _no(f"{code}{origin} is not in {name}", url, code)
    entry = value_set.entry(url or "", code) or Entry(url or "", code)
    if not abstract and entry.concept and entry.concept.abstract:
        return _no(f"{code} only groups other codes of {name}", url, code, entry.version)
    return _yes(entry, display, display_language)


def any_of(
    codings: Iterable[dict[str, Any]], check: Callable[[dict[str, Any]], Verdict]
) -> Verdict:
    """Check a CodeableConcept: see `best`."""
    return best([check(coding) for coding in codings if coding.get("code")])


def best(verdicts: list[Verdict]) -> Verdict:
    """Join the answers for the codings of a CodeableConcept: one good coding is enough.

    Among good ones, one whose display is not wrong; else the least bad answer counts.
    """
    if not verdicts:
        return Verdict(False, "There is no coding with a code")
    order = {True: 0, None: 1, False: 2}
    found = min(verdicts, key=lambda row: (order[row.result], row.display_correct is False))
    if found.result is False and len(verdicts) > 1:
        return replace(found, message="; ".join(verdict.message or "" for verdict in verdicts))
    return found


def _truth(value_set: ValueSet, system: str | None, code: str) -> bool | None:
    if system is not None:
        return value_set.contains(system, code)
    # The empty system stands for those that imports that are not here may bring.
    truths = [value_set.contains(candidate, code) for candidate in (*value_set.systems(), "")]
    return None if None in truths else False


def _inferred(value_set: ValueSet, code: str) -> str | None:
    """Find the first system of the value set in which the code is a member."""
    candidates = value_set.systems()
    return next((system for system in candidates if value_set.contains(system, code)), None)


def _by_grammar(system: str, code: str) -> Verdict:
    grammar = GRAMMARS.get(system)
    if grammar is None:
        return Verdict(None, f"The code system {system} is not known here", system, code)
    if grammar(code):
        return Verdict(True, None, system, code)
    return _no(f"{code} is not well-formed as a code of {system}", system, code)


def _no(message: str, system: str | None, code: str, version: str | None = None) -> Verdict:
    return Verdict(False, message, system, code, version)


def _yes(entry: Entry, display: str | None, display_language: str | None) -> Verdict:
    concept = entry.concept
    correct = _display_correct(entry, display, concept)
    known = language.display(entry.display, entry.designations, display_language, entry.language)
    message = None
    if correct is False:
        message = f"The display of {entry.code} is {known!r}, not {display!r}"
    return Verdict(
        result=True,
        message=message,
        system=entry.system or None,
        code=entry.code,
        version=entry.version,
        display=known,
        display_correct=correct,
        inactive=concept is not None and concept.inactive,
    )


def _display_correct(entry: Entry, display: str | None, concept: Concept | None) -> bool | None:
    """Compare with every text known for the code, case and accents aside."""
    texts = [entry.display, concept.display if concept else None]
    texts += [part.value for part in entry.designations]
    known = {fold(text) for text in texts if text}
    return fold(display) in known if display and known else None
