"""FHIRPath compiled to closures: `compile` an expression once, call it on many resources.

http://hl7.org/fhirpath/N1/ with the additions of https://hl7.org/fhir/R4/fhirpath.html
"""

from cordee.fhirpath.environment import Environment
from cordee.fhirpath.errors import (
    BudgetError,
    CannotEvaluateError,
    FhirPathError,
    FhirPathSyntaxError,
    SemanticError,
)
from cordee.fhirpath.expression import Expression, compile  # noqa: A004 - the name to look for
from cordee.fhirpath.locate import locate
from cordee.fhirpath.location import Location
from cordee.fhirpath.node import Node

__all__ = [
    "BudgetError",
    "CannotEvaluateError",
    "Environment",
    "Expression",
    "FhirPathError",
    "FhirPathSyntaxError",
    "Location",
    "Node",
    "SemanticError",
    "compile",
    "locate",
]
