"""Definitions and resources made to make a validator hang, crash or run out of memory.

https://hl7.org/fhir/R4/security.html
"""

from collections.abc import Iterator
from typing import Any

from cordee.resource.types import Resource

BASE = "http://hl7.org/fhir/StructureDefinition/"
REGEX = "http://hl7.org/fhir/StructureDefinition/regex"
LONG = "a" * 5_000 + "!"
BOMBS: dict[str, str] = {
    "regex": "family.matches('^(a+)+$')",
    "regexes": "given.all(matches('^(a|a)*$'))",
    "replacing": "family.replaceMatches('(a*)*b', 'x').exists()",
    "doubling": "family" + ".replace('a', 'aa')" * 60 + ".exists()",
    "descendants": "%resource.descendants().descendants().descendants().count() > 0",
    "product": "%resource.descendants().where(%resource.descendants().exists($this = 'x')).empty()",
    "nested": "(" * 900 + "family.exists()" + ")" * 900,
    "repeat": "%resource.repeat(children() | %resource).count() > 0",
    "union": "(" + " | ".join(["%resource.descendants()"] * 200) + ").exists()",
    "power": "(" + " * ".join(["99999999999"] * 300) + ") > 0",
    "aggregate": "%resource.descendants().aggregate($total & $this.toString(), '').length() > 0",
    "itself": "conformsTo('urn:hostile:bomb-itself')",
}
"""Name → an invariant on a person's name."""


def definitions() -> Iterator[Resource]:
    """Give profiles, value sets and code systems that a client could write."""
    for name, expression in BOMBS.items():
        yield _profile(name, {"id": "Patient.name", "path": "Patient.name", **_asks(expression)})
    yield _profile("ring-1", base="urn:hostile:bomb-ring-2")
    yield _profile("ring-2", base="urn:hostile:bomb-ring-1")
    yield _profile("self", _typed("Patient.link.other", "Reference", "urn:hostile:bomb-self"))
    yield _profile("inner", _typed("Patient.contained", "Patient", "urn:hostile:bomb-inner"))
    pattern = {"url": REGEX, "valueString": "^((a+)+)+$"}
    yield _profile(
        "pattern",
        {
            "id": "Patient.name.family",
            "path": "Patient.name.family",
            "type": [{"code": "string", "extension": [pattern]}],
        },
    )
    yield _profile("slices", *_slices(300))
    for name, other in (("a", "b"), ("b", "a")):
        compose = {"include": [{"valueSet": [f"urn:hostile:vs-{other}"]}]}
        yield _named("ValueSet", f"vs-{name}", compose=compose)
    bound = {"strength": "required", "valueSet": "urn:hostile:vs-a"}
    yield _profile("ring-vs", {"id": "Patient.gender", "path": "Patient.gender", "binding": bound})
    yield _named("CodeSystem", "cs", content="complete", concept=_ring(50))
    below = {"system": "urn:hostile:cs", "filter": [_filter("concept", "is-a", "0")]}
    yield _named("ValueSet", "vs-ring", compose={"include": [below]})
    matching = {"system": "urn:hostile:cs", "filter": [_filter("display", "regex", "(a+)+$")]}
    yield _named("ValueSet", "vs-regex", compose={"include": [matching]})
    yield _named("Questionnaire", "form", item=[_question("1")])


def expressions() -> Iterator[Resource]:
    """Give search parameters that are long to read."""
    bases = ["Patient", "Observation", "CareTeam", "Task"]
    for text in ("a" * 1_000_000, "a|" * 500_000, "|".join(map(str, range(150_000)))):
        yield {
            "resourceType": "SearchParameter",
            "status": "draft",
            "base": bases,
            "expression": text,
        }


def faults() -> Iterator[Resource]:
    """Give resources with very many different faults in one place."""
    yield {"resourceType": "Patient"} | {f"unknown{number}": 1 for number in range(20_000)}
    attributes = " ".join(f'a{number}="x"' for number in range(20_000))
    div = f'<div xmlns="http://www.w3.org/1999/xhtml" {attributes}>x</div>'
    yield {"resourceType": "Patient", "text": {"status": "generated", "div": div}}


def inputs() -> Iterator[Resource]:
    """Give resources, most of which claim what `definitions` gives."""
    names = [*(f"bomb-{name}" for name in BOMBS), "bomb-ring-1", "bomb-self", "bomb-inner"]
    names += ["bomb-pattern", "bomb-slices", "bomb-ring-vs"]
    for name in names:
        yield _patient(f"urn:hostile:{name}")
        yield _patient(f"urn:hostile:{name}") | {"name": [{"family": LONG}] * 300}
    yield _patient(*(f"urn:hostile:bomb-{name}" for name in BOMBS))
    yield {"resourceType": "Patient", "name": [{"family": "a"}] * 50_000}
    yield {"resourceType": "Patient", "extension": _deep("extension", 90)}
    yield {"resourceType": "Questionnaire", "status": "draft", "item": _deep("item", 45)}
    yield {
        "resourceType": "Patient",
        "contained": _loop(40),
        "link": [{"other": {"reference": "#0"}}],
    }
    yield {"resourceType": "Bundle", "type": "document", "entry": _web(120)}
    yield {"resourceType": "Parameters", "parameter": _parts(40)}
    for expression in BOMBS.values():
        yield {
            "resourceType": "SearchParameter",
            "status": "draft",
            "base": ["Patient"],
            "expression": f"Patient.name.where({expression})",
        }
    yield from definitions()
    answers = [{"linkId": "1", "answer": [{"valueString": LONG}] * 50}]
    yield {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": "urn:hostile:form",
        "status": "completed",
        "item": answers,
    }
    div = '<div xmlns="http://www.w3.org/1999/xhtml">' + "<p>" * 3_000 + "x" + "</p>" * 3_000
    yield {"resourceType": "Patient", "text": {"status": "generated", "div": div + "</div>"}}


def _named(resource_type: str, name: str, **more: Any) -> Resource:
    url = f"urn:hostile:{name}"
    return {
        "resourceType": resource_type,
        "id": name,
        "url": url,
        "name": "H",
        "status": "draft",
        **more,
    }


def _profile(name: str, *elements: dict[str, Any], base: str = BASE + "Patient") -> Resource:
    rows = [{"id": "Patient", "path": "Patient"}, *elements]
    return _named(
        "StructureDefinition",
        f"bomb-{name}",
        kind="resource",
        abstract=False,
        type="Patient",
        baseDefinition=base,
        derivation="constraint",
        differential={"element": rows},
    )


def _asks(expression: str) -> dict[str, Any]:
    row = {"key": "h-1", "severity": "error", "human": "?", "expression": expression}
    return {"constraint": [row]}


def _typed(path: str, code: str, profile: str) -> dict[str, Any]:
    part = "targetProfile" if code == "Reference" else "profile"
    return {"id": path, "path": path, "type": [{"code": code, part: [profile]}]}


def _slices(count: int) -> Iterator[dict[str, Any]]:
    path = "Patient.name"
    by = {"type": "profile", "path": "$this"}
    yield {"id": path, "path": path, "slicing": {"discriminator": [by], "rules": "closed"}}
    for number in range(count):
        yield {"id": f"{path}:{number}", "path": path, "sliceName": str(number), "max": "1"}


def _ring(count: int) -> list[dict[str, Any]]:
    return [
        {
            "code": str(number),
            "display": LONG,
            "property": [{"code": "parent", "valueCode": str((number + 1) % count)}],
        }
        for number in range(count)
    ]


def _filter(property: str, operator: str, value: str) -> dict[str, str]:
    return {"property": property, "op": operator, "value": value}


def _question(link_id: str) -> dict[str, Any]:
    pattern = {"url": REGEX, "valueString": "(a+)+b"}
    return {"linkId": link_id, "type": "string", "text": "?", "extension": [pattern]}


def _patient(*profiles: str) -> Resource:
    gender = {"gender": "male", "link": [{"other": {"reference": "#p"}, "type": "seealso"}]}
    inner = {"resourceType": "Patient", "id": "p", "meta": {"profile": list(profiles)}}
    return {
        "resourceType": "Patient",
        "meta": {"profile": list(profiles)},
        "contained": [inner | {"name": [{"family": LONG}]}],
        "name": [{"family": LONG, "given": [LONG] * 20}],
        **gender,
    }


def _deep(name: str, levels: int) -> list[dict[str, Any]]:
    inner: list[dict[str, Any]] = [{"url": "a", "valueString": "x", "linkId": "x"}]
    for level in range(levels):
        inner = [{"url": "a", "linkId": str(level), "type": "group", name: inner}]
    return inner


def _parts(levels: int) -> list[dict[str, Any]]:
    inner: list[dict[str, Any]] = [{"name": "a", "valueString": "x"}]
    for _ in range(levels):
        inner = [{"name": "a", "part": inner}]
    return inner


def _loop(count: int) -> list[Resource]:
    """Patients contained in one, each linked to the next, the last to the first."""
    return [
        {
            "resourceType": "Patient",
            "id": str(number),
            "meta": {"profile": ["urn:hostile:bomb-self"]},
            "link": [{"other": {"reference": f"#{(number + 1) % count}"}, "type": "seealso"}],
        }
        for number in range(count)
    ]


def _web(count: int) -> list[dict[str, Any]]:
    """Lists of which each refers to all others."""
    urls = [f"urn:uuid:00000000-0000-4000-8000-{number:012d}" for number in range(count)]
    rows = [{"item": {"reference": url}} for url in urls]
    found = {"resourceType": "List", "status": "current", "mode": "working", "entry": rows}
    return [{"fullUrl": url, "resource": found} for url in urls]
