"""The metrics of the server, read from what `/metrics` says.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families


@dataclass(frozen=True, slots=True)
class Rate:
    """How one interaction did: how often, how often it failed, seconds on average and for 95 %."""

    interaction: str
    count: int
    failed: int
    mean: float
    slow: float


Sample = tuple[str, Mapping[str, str], float]


def samples(text: str) -> list[Sample]:
    """Read all samples."""
    return [
        (one.name, one.labels, one.value)
        for family in text_string_to_metric_families(text)
        for one in family.samples
    ]


def value(rows: Iterable[Sample], name: str) -> float | None:
    """Add up the samples of a name; None where there are none."""
    found = [value for label, _, value in rows if label == name]
    return sum(found) if found else None


def labelled(rows: Iterable[Sample], name: str, label: str) -> dict[str, float]:
    """Add up the samples of a name by a label."""
    found: dict[str, float] = {}
    for sample, labels, value in rows:
        if sample == name and label in labels:
            found[labels[label]] = found.get(labels[label], 0) + value
    return found


def rates(rows: list[Sample]) -> list[Rate]:
    """Sum up the interactions with the API, the most frequent first."""
    prefix = "cordee_request_duration_seconds"
    counts = labelled(rows, f"{prefix}_count", "interaction")
    sums = labelled(rows, f"{prefix}_sum", "interaction")
    failed: dict[str, float] = {}
    for name, labels, value in rows:
        if name == f"{prefix}_count" and labels.get("status", "").startswith("5"):
            failed[labels["interaction"]] = failed.get(labels["interaction"], 0) + value
    found = [
        Rate(
            name,
            int(count),
            int(failed.get(name, 0)),
            sums.get(name, 0) / count,
            _quantile(rows, f"{prefix}_bucket", name, count),
        )
        for name, count in counts.items()
        if count and not name.startswith("console-")
    ]
    return sorted(found, key=lambda one: -one.count)


def _quantile(rows: Iterable[Sample], bucket: str, interaction: str, count: float) -> float:
    """Give the bound of the bucket that 95 % are in."""
    sums: dict[float, float] = {}
    for name, labels, value in rows:
        if name == bucket and labels.get("interaction") == interaction:
            bound = float(labels["le"])
            sums[bound] = sums.get(bound, 0) + value
    return next((bound for bound, sum_ in sorted(sums.items()) if sum_ >= 0.95 * count), 0.0)
