"""What a store must index."""

from cordee.search.index import Index
from cordee.search.indexes import MOST
from cordee.search.registry import SearchRegistry


def test_every_type_stays_below_the_limit(registry: SearchRegistry) -> None:
    """MongoDB allows 64 indexes on a collection, the store's own included."""
    for type in registry.resource_types:
        described = registry.indexes(type)
        assert len(described) <= MOST
        assert len({index.name for index in described}) == len(described)


def test_every_parameter_but_composites_has_an_index(registry: SearchRegistry) -> None:
    """Composites are served by the indexes of their parts."""
    for type in registry.resource_types:
        names = {index.name for index in registry.indexes(type)}
        for code, parameter in registry.parameters(type).items():
            if parameter.kind != "composite" and code not in ("_id", "_lastUpdated"):
                assert code in names, (type, code)


def test_the_most_selective_come_first(registry: SearchRegistry) -> None:
    """A store with less room drops the last ones."""
    first, *rest = registry.indexes("Patient")
    assert first == Index("identifier", "token")
    assert rest[-1].name.endswith(":identifier")


def test_references_tell_their_compartments(registry: SearchRegistry) -> None:
    """Stores may serve a compartment by the reference that places resources in it."""
    by_name = {index.name: index for index in registry.indexes("CareTeam")}
    assert "Patient" in by_name["patient"].compartments
    assert by_name["participant"].form == "reference"


def test_references_tell_whether_many_share_a_target(registry: SearchRegistry) -> None:
    """Professionals and organizations are referred to by a great many, a person by their record."""
    by_name = {index.name: index for index in registry.indexes("CareTeam")}
    assert by_name["participant"].shared
    assert not by_name["encounter"].shared
    assert not by_name["category"].shared
    tasks = {index.name: index for index in registry.indexes("Task")}
    assert tasks["owner"].shared
    assert not tasks["focus"].shared
