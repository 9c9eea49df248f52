"""Times of CDA as FHIR has them."""

import pytest

from cordee.bridges.cda.reading.times import moment
from cordee.resource import primitives


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("1941", "1941"),
        ("194102", "1941-02"),
        ("2024070110", "2024-07-01T10:00:00+02:00"),
        ("19050101100000", "1905-01-01T10:00:00+00:09"),
        ("20240101100000.123+1400", "2024-01-01T10:00:00+14:00"),
        ("20240101100000-03", "2024-01-01T10:00:00-03:00"),
        ("20240101100000+1430", None),
        ("20240101100000+0260", None),
        ("20240231", None),
    ],
)
def test_times_are_read_as_fhir_can_hold_them(told: str, read: str | None) -> None:
    """A time is as precise as it was, a dateTime of FHIR, or none."""
    assert moment(told) == read
    assert read is None or primitives.CHECKS["dateTime"](read)
