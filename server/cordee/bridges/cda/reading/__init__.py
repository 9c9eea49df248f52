"""CDA documents read into FHIR resources."""
