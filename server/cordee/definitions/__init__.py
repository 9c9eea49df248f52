"""Specification data: packages, StructureDefinitions, search parameters, compartments."""
