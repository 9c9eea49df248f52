"""Check digits of French identifiers."""

import pytest

from cordee.resource.check_digits import ins_key, is_ins, is_luhn, luhn_digit


@pytest.mark.parametrize(
    ("matricule", "key"),
    [
        ("2360663220836", 56),
        ("1090763220834", 89),
        ("2090763220834", 39),
        ("2090663220123", 55),
        ("2770101154003", 29),
        ("297022A020778", 78),
        ("297022a020778", 78),
    ],
)
def test_ins_key(matricule: str, key: int) -> None:
    """The keys of the test identities of the INSi service are found, Corsica included."""
    assert ins_key(matricule) == key


@pytest.mark.parametrize("value", ["", "123", "2A90763220834", "²360663220836", "12345678901234"])
def test_what_is_not_a_matricule_has_no_key(value: str) -> None:
    """A wrong length or a letter outside the department gives no key instead of an exception."""
    assert ins_key(value) is None


def test_is_ins_compares_the_key() -> None:
    """A matricule with another key than its own is refused."""
    assert is_ins("277010115400329")
    assert not is_ins("277010115400328")
    assert not is_ins("27701011540032")


def test_luhn() -> None:
    """The last digit of an RPPS number is its Luhn digit."""
    assert luhn_digit("1000000000") == "9"
    assert is_luhn("10000000009")
    assert not is_luhn("10000000008")
    assert not is_luhn("1000000000x")
