"""Records say who takes part in words that every server understands, and can be read again."""

from typing import Any

import pytest

from cordee.federation.edition import value_of
from cordee.federation.member import Member, member, national, normal
from cordee.federation.participation import entries, entry_key, rendered
from cordee.federation.record import Record, read, written
from cordee.federation.state import State

RPPS = "https://rpps.esante.gouv.fr"
WHOLE = "urn:oid:1.2.250.1.71.4.2.1"


def nurse() -> Member:
    """Somebody who takes part."""
    row = {"system": RPPS, "value": "10451250186"}
    found = member({"resourceType": "Practitioner", "identifier": [row], "name": [{"text": "N"}]})
    assert found is not None
    return found


def test_a_record_is_read_as_it_was_written() -> None:
    """Entries, conflicts, vectors, who is who and with whom it is shared come back."""
    who = nurse()
    key = entry_key(who.key, [{"text": "Infirmière"}])
    stay: dict[str, Any] = {"role": [{"text": "Infirmière"}], "period": {"start": "2025-01-01"}}
    other = {**stay, "period": {"start": "2025-01-01", "end": "2026-01-01"}}
    one = State().edited("a", key, value_of([stay, {**stay, "period": {"start": "2024"}}]))
    both = one.join(State().edited("b", key, value_of([other])))
    record = Record(
        id="r",
        person="Patient/1",
        ins=("urn:oid:1.2.250.1.213.1.4.8", "1"),
        server="a",
        circle="c",
        state=both,
        known={who.key: who},
        local={who.key: "Practitioner/7"},
        peers=frozenset({"b"}),
    )
    assert read(written(record)) == record


@pytest.mark.parametrize(
    ("given", "known"),
    [
        ({"system": RPPS, "value": "10451250186"}, (WHOLE, "810451250186")),
        ({"system": WHOLE, "value": "810451250186"}, (WHOLE, "810451250186")),
        ({"system": "http://rpps.fr", "value": "104 512 501 86"}, (WHOLE, "810451250186")),
        ({"value": "1"}, None),
    ],
    ids=["rpps", "whole", "older", "half"],
)
def test_national_numbers_have_one_form(given: dict[str, str], known: object) -> None:
    """However a server keeps a number, the others recognise it."""
    assert normal(given) == known


def test_a_former_number_names_nobody() -> None:
    """An identifier of the use `old` is not who somebody is."""
    row = {"system": RPPS, "value": "10451250186", "use": "old"}
    assert national("Practitioner", [row]) is None


def test_what_says_so_already_stays_as_it_is() -> None:
    """Order, display, and who cannot be named to others are each server's own."""
    who = nurse()
    team: dict[str, Any] = {
        "participant": [
            {"member": {"display": "Une voisine"}, "period": {"start": "2020"}},
            {"member": {"reference": "Practitioner/7", "display": "N."}, "period": {"end": "2026"}},
        ]
    }
    known = {"Practitioner/7": who}
    said = entries(team, known)
    assert rendered(team, said, known, {who.key: "Practitioner/7"}) == team
    (key,) = said
    changed = {key: value_of([{"period": {"end": "2027"}}])}
    after = rendered(team, changed, known, {who.key: "Practitioner/7"})["participant"]
    assert after[0] == team["participant"][0]
    assert after[1] == {"member": {"reference": "Practitioner/7"}, "period": {"end": "2027"}}
