import pytest

from cordee.definitions.version import key


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("2.0.1", "2.1.0"),
        ("2.9.0", "2.10.0"),
        ("1.2.0-snapshot-2", "1.2.0"),
        ("1.0.0-alpha", "1.0.0-beta"),
        ("1.0.0-beta.2", "1.0.0-beta.11"),
        ("20230331120000", "20240126120000"),
        ("2018-08-12", "2019-01-01"),
        ("2018-08-12", "2.0.0"),
        ("draft", "2018-08-12"),
        ("", "draft"),
        ("2.9", "2.9.1"),
    ],
)
def test_newer_versions_rank_higher(older: str, newer: str) -> None:
    """Semantic versions outrank dates, dates outrank words, and each scheme orders its own."""
    assert key(older) < key(newer)


def test_build_metadata_does_not_count() -> None:
    """What follows a plus sign says nothing about precedence."""
    assert key("1.0.0+a")[:3] == key("1.0.0+b")[:3]
