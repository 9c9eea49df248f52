"""Terminology: code systems, value sets and concept maps, expanded, validated, translated.

https://hl7.org/fhir/R4/terminology-service.html
"""

from cordee.terminology.expand import ExpandOptions
from cordee.terminology.terminology import Terminology

__all__ = ["ExpandOptions", "Terminology"]
