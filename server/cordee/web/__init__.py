"""HTTP: routes, content negotiation, errors. No FHIR rule lives here."""
