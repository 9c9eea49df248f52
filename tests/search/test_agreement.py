"""Random resources and searches: matching agrees with a slow reading of the specification."""

import unicodedata
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cordee.search.escape import escape
from cordee.search.matching import matches
from cordee.search.parse import parse_query
from cordee.search.registry import SearchRegistry

SYSTEMS = (None, "urn:a", "urn:b")
CODES = ("x", "y", "a,b", "p|q")
NAMES = ("Lévy", "Le Goff", "levy", "Ève", "Ma$rie", "Dupont, fils")

codings = st.builds(
    lambda system, code: {
        key: value for key, value in (("system", system), ("code", code)) if value
    },
    st.sampled_from(SYSTEMS),
    st.sampled_from(CODES),
)
days = st.dates(date(1999, 1, 1), date(2003, 12, 31))
dates = st.builds(lambda day, size: day.isoformat()[:size], days, st.sampled_from((4, 7, 10)))
numbers = st.decimals(-20, 20, places=1)
prefixes = st.sampled_from(("", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb"))

patients = st.fixed_dictionaries(
    {"resourceType": st.just("Patient")},
    optional={
        "name": st.lists(
            st.builds(lambda text: {"family": text}, st.sampled_from(NAMES)), max_size=2
        ),
        "birthDate": dates,
        "identifier": st.lists(
            codings.map(lambda coding: {"system": coding.get("system"), "value": coding["code"]}),
            max_size=3,
        ),
    },
)
observations = st.fixed_dictionaries(
    {
        "resourceType": st.just("Observation"),
        "code": st.builds(lambda found: {"coding": found}, st.lists(codings, max_size=3)),
    },
    optional={
        "effectivePeriod": st.fixed_dictionaries({}, optional={"start": dates, "end": dates}),
        "valueQuantity": st.builds(lambda number: {"value": number}, numbers),
    },
)


def found(registry: SearchRegistry, resource: dict[str, Any], name: str, value: str) -> bool | None:
    asked = parse_query(registry, resource["resourceType"], [(name, value)], "strict")
    return matches(asked.filter, registry.extract(resource))


def bounds(text: str) -> tuple[date, date]:
    """Give the first day and the day after the last one."""
    parts = [int(part) for part in text.split("-")]
    first = date(*[*parts, 1, 1][:3])
    if len(parts) == 3:
        return first, first + timedelta(days=1)
    if len(parts) == 2:
        return first, (first + timedelta(days=32)).replace(day=1)
    return first, date(first.year + 1, 1, 1)


def plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@settings(deadline=None, max_examples=200)
@given(observations, st.lists(codings, min_size=1, max_size=3), st.booleans(), st.booleans())
def test_tokens(
    registry: SearchRegistry,
    resource: dict[str, Any],
    wanted: list[dict[str, str]],
    with_system: bool,
    negated: bool,
) -> None:
    """Any coding equal to any alternative; `:not` is the reverse of the whole."""
    texts, expected = [], False
    for coding in wanted:
        system = coding.get("system", "")
        text = escape(coding["code"])
        texts.append(f"{escape(system)}|{text}" if with_system else text)
        expected |= any(
            known["code"] == coding["code"]
            and (not with_system or known.get("system", "") == system)
            for known in resource["code"]["coding"]
        )
    name = "code:not" if negated else "code"
    assert found(registry, resource, name, ",".join(texts)) is (expected is not negated)


@settings(deadline=None, max_examples=200)
@given(
    patients, st.sampled_from(NAMES), st.integers(1, 12), st.sampled_from(("", "contains", "exact"))
)
def test_strings(
    registry: SearchRegistry, resource: dict[str, Any], name: str, length: int, modifier: str
) -> None:
    """A prefix or a part without case and accents, or the exact text."""
    value = name[:length]
    families = [each["family"] for each in resource.get("name", ())]
    expected = {
        "": any(plain(family).startswith(plain(value).strip()) for family in families),
        "contains": any(plain(value).strip() in plain(family) for family in families),
        "exact": value.strip() in families,
    }[modifier]
    parameter = f"family:{modifier}" if modifier else "family"
    assert found(registry, resource, parameter, escape(value)) is expected


@settings(deadline=None, max_examples=400)
@given(observations, prefixes, dates)
def test_periods(
    registry: SearchRegistry, resource: dict[str, Any], prefix: str, value: str
) -> None:
    """The nine comparisons of a period with a day, month or year."""
    period = resource.get("effectivePeriod", {})
    first, after = bounds(value)
    start = bounds(period["start"])[0] if "start" in period else date.min
    end = bounds(period["end"])[1] if "end" in period else date.max
    inside = first <= start and end <= after
    expected = (
        bool(period)
        and {
            "": inside,
            "eq": inside,
            "ne": not inside,
            "gt": end > after,
            "lt": start < first,
            "ge": end > after or inside,
            "le": start < first or inside,
            "sa": start >= after,
            "eb": end <= first,
        }[prefix]
    )
    # A period that ends before it starts contains itself in nothing sensible.
    if start < end:
        assert found(registry, resource, "date", prefix + value) is expected


@settings(deadline=None, max_examples=400)
@given(observations, prefixes, numbers, st.integers(0, 2))
def test_quantities(
    registry: SearchRegistry, resource: dict[str, Any], prefix: str, number: Decimal, places: int
) -> None:
    """Equality goes by the digits written, order by the number itself."""
    wanted = round(number, places)
    half = Decimal(5).scaleb(-places - 1)
    known = resource.get("valueQuantity", {}).get("value")
    inside = known is not None and wanted - half <= known < wanted + half
    expected = (
        known is not None
        and {
            "": inside,
            "eq": inside,
            "ne": not inside,
            "gt": known > wanted,
            "sa": known > wanted,
            "lt": known < wanted,
            "eb": known < wanted,
            "ge": known >= wanted,
            "le": known <= wanted,
        }[prefix]
    )
    assert found(registry, resource, "value-quantity", f"{prefix}{wanted:f}") is expected


@settings(deadline=None, max_examples=100)
@given(patients)
def test_missing(registry: SearchRegistry, resource: dict[str, Any]) -> None:
    """`:missing` tells whether there is a value."""
    for code, element in (
        ("birthdate", "birthDate"),
        ("family", "name"),
        ("identifier", "identifier"),
    ):
        present = bool(resource.get(element))
        assert found(registry, resource, f"{code}:missing", "true") is not present
        assert found(registry, resource, f"{code}:missing", "false") is present


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.decimals()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ("system", "value", "code", "coding", "reference", "identifier", "type", "start",
                 "end", "family", "given", "text", "url", "extension", "valueString", "low",
                 "origin", "data", "comparator", "unit")
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from(("Patient", "Observation", "CareTeam", "ValueSet", "Location", "Bundle")),
    st.data(),
)
def test_no_resource_is_too_broken(
    registry: SearchRegistry, type: str, data: st.DataObject
) -> None:
    """Extraction takes any JSON object of a known type without raising."""
    definition = registry.schema.type(type)
    assert definition is not None
    names = st.sampled_from(sorted(definition.properties))
    resource = data.draw(st.dictionaries(names, json_values, max_size=6)) | {"resourceType": type}
    assert registry.extract(resource).type == type
