"""`$translate`: from a code to codes of other systems, by concept maps.

https://hl7.org/fhir/R4/conceptmap-operation-translate.html
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.operations.artifact import artifact
from cordee.operations.coded_value import coded_value
from cordee.operations.elsewhere import code_rows, elsewhere
from cordee.operations.parameters import Arguments, group, parameters, row
from cordee.resource.types import Resource
from cordee.terminology.results import Match, Translation

DEFINITION = "http://hl7.org/fhir/OperationDefinition/ConceptMap-translate"
PATH = "ConceptMap/$translate"


async def concept_map_translate(services: Services, request: Request) -> Response:
    """Give Parameters with the result and the matches.

    Without a concept map, all maps between `source` and `target` are used; with `reverse`, those
    from `target` to `source`, backwards.
    """
    arguments = Arguments(request, ConceptMap="conceptMap")
    arguments.check(request, services.repository.operation(DEFINITION))
    arguments.refuse(dependency="maps are followed by code alone")
    codings = coded_value(arguments)
    for coding in codings:
        if not {"system", "code"} <= coding.keys():
            raise FhirError(Category.INVALID, "system and code are both needed")
    concept_map = await artifact(services, request, arguments, "ConceptMap")
    reverse = bool(arguments.flag("reverse"))
    ends = arguments.text("source"), arguments.text("target")
    source, target = reversed(ends) if reverse else ends
    try:
        found = [
            services.terminology.translate(
                coding["system"],
                coding["code"],
                concept_map=concept_map,
                source=source,
                target=target,
                target_system=arguments.text("targetsystem"),
                reverse=reverse,
            )
            for coding in codings
        ]
    except FhirError as error:
        return await elsewhere(services, PATH, _asked(arguments, codings), error)
    here = Response(200, resource=parameters(_rows(found)))
    if any(each.known for each in found) or not isinstance(concept_map, str | None):
        return here
    return await elsewhere(services, PATH, _asked(arguments, codings), here)


def _asked(arguments: Arguments, codings: Sequence[dict[str, Any]]) -> list[Resource]:
    """Give the question as another server is asked it, without texts that somebody typed."""
    rows = [
        row(name, kind, arguments.text(name))
        for name, kind in (
            ("url", "valueUri"),
            ("conceptMapVersion", "valueString"),
            ("source", "valueUri"),
            ("target", "valueUri"),
            ("targetsystem", "valueUri"),
        )
    ]
    if arguments.flag("reverse"):
        rows.append(row("reverse", "valueBoolean", True))
    if len(codings) == 1:
        return rows + code_rows(codings[0])
    parts = ("system", "version", "code")
    plain = [{key: one[key] for key in parts if key in one} for one in codings]
    return [*rows, row("codeableConcept", "valueCodeableConcept", {"coding": plain})]


def _rows(found: Iterable[Translation]) -> Iterator[Resource]:
    found = list(found)
    good = any(each.result for each in found)
    messages = [each.message for each in found if each.message and not good]
    text = "; ".join(messages) or (None if good else "There is no coding to translate")
    yield row("result", "valueBoolean", good)
    yield row("message", "valueString", text)
    for match in (match for each in found for match in each.matches):
        yield group("match", _match(match))


def _match(match: Match) -> Iterator[Resource]:
    yield row("equivalence", "valueCode", match.equivalence)
    coding = {
        "system": match.system,
        "version": match.version,
        "code": match.code,
        "display": match.display,
    }
    concept = {key: value for key, value in coding.items() if value is not None}
    yield row("concept", "valueCoding", concept if match.code else None)
    for product in match.products:
        yield group("product", _product(product))
    yield row("source", "valueUri", match.source)


def _product(product: dict[str, Any]) -> Iterator[Resource]:
    yield row("element", "valueUri", product.get("property"))
    named = {"system": "system", "code": "value", "display": "display"}
    concept = {key: product[name] for key, name in named.items() if product.get(name)}
    yield row("concept", "valueCoding", concept or None)
