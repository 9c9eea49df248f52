import pytest

from cordee.definitions import corrections
from cordee.definitions.corrections import Correction
from cordee.definitions.repository import Repository

PARAMETER = {"resourceType": "SearchParameter", "id": "a", "code": "a"}


def correction(**parts: object) -> Correction:
    """A correction of the parameter."""
    text = {"resource": "SearchParameter/a", "reason": "r", "link": "l"} | parts
    return Correction(**text)  # type: ignore[arg-type]


def test_a_patch_mends_its_resource() -> None:
    """The resource named is patched, the others pass untouched."""
    other = {"resourceType": "SearchParameter", "id": "b"}
    patch = [{"op": "add", "path": "/base", "value": ["Patient"]}]
    mended = list(corrections.apply([PARAMETER, other], [correction(patch=patch)]))
    assert mended == [PARAMETER | {"base": ["Patient"]}, other]
    assert "base" not in PARAMETER


def test_a_removal_leaves_its_resource_out() -> None:
    """A resource that does not belong is left out."""
    assert list(corrections.apply([PARAMETER], [correction(remove=True)])) == []


def test_a_correction_of_nothing_stops_the_build() -> None:
    """When the data has moved on, somebody must look at the correction."""
    with pytest.raises(LookupError, match="SearchParameter/a"):
        list(corrections.apply([], [correction(remove=True)]))


def test_every_shipped_correction_says_why_and_where() -> None:
    """Each has a reason, a pinned link, and either a patch or a removal."""
    for found in corrections.read(corrections.text()):
        assert found.reason.endswith(".")
        assert found.link.startswith("https://hl7.org/fhir/R4/")
        assert bool(found.patch) != found.remove


def test_every_search_parameter_can_be_used(core: Repository) -> None:
    """With the corrections, each has a base, and a path unless only the server can answer."""
    silent = set()
    for resource in core.all("SearchParameter"):
        assert resource["base"]
        if "expression" not in resource:
            silent.add(resource["code"])
    assert silent == {"_text", "_content", "_query", "_filter", "age"}
