"""Cordée: a FHIR R4 interoperability server for care coordination."""

__version__ = "0.1.0"
