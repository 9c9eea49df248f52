"""CDA documents written from FHIR resources."""
