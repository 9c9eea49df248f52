"""Other Python validators, and what they check of what is checked here."""

import json as plain_json
from collections.abc import Callable

from benchmarks.json_schema import JsonSchema
from cordee.definitions.repository import Repository
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.terminology import Terminology

PEERS = {
    "jsonschema": "structure, primitives and required codes, by a JSON schema like HL7's",
    "jsonschema-rs": "the same schema, in Rust",
    "fhir.resources": "structure and primitives, of R4B; no value sets, no invariants",
    "pyrofile": "structure and what it knows of R4 itself; no definitions loaded",
}
"""What each checks; none knows the profiles that a resource claims."""


def peers(resource: Resource, repository: Repository) -> dict[str, Callable[[], object]]:
    """Give what validates a resource, by name of the validator."""
    return _models(resource) | _schemas(resource, repository)


def _models(resource: Resource) -> dict[str, Callable[[], object]]:
    # Only wanted here, and slow to import.
    from fhir.resources.R4B import get_fhir_model_class  # noqa: PLC0415
    from pyrofile_validator import Validator as Pyrofile  # noqa: PLC0415
    from pyrofile_validator.config import ValidatorConfig  # noqa: PLC0415

    model = get_fhir_model_class(resource["resourceType"])
    pyrofile = Pyrofile(ValidatorConfig())
    return {
        "fhir.resources": lambda: model.model_validate(resource),
        "pyrofile": lambda: pyrofile.validate_resource(resource),
    }


def _schemas(resource: Resource, repository: Repository) -> dict[str, Callable[[], object]]:
    # Only wanted here.
    import jsonschema  # type: ignore[import-untyped]  # noqa: PLC0415
    import jsonschema_rs  # noqa: PLC0415

    schema = JsonSchema(repository, Terminology(repository)).of(resource["resourceType"])
    python = jsonschema.Draft6Validator(schema)
    rust = jsonschema_rs.Draft6Validator(schema)
    # Both are given plain numbers, as they want them; parsing is not timed for anybody.
    plain = plain_json.loads(json.serialize(resource))
    if not rust.is_valid(plain):
        raise SystemExit(f"the schema refuses {resource['resourceType']}")
    return {
        "jsonschema": lambda: list(python.iter_errors(plain)),
        "jsonschema-rs": lambda: list(rust.iter_errors(plain)),
    }
