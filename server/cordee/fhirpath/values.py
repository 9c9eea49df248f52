"""When two values are equal, equivalent, or one before the other.

http://hl7.org/fhirpath/N1/#equality and http://hl7.org/fhirpath/N1/#comparison
"""

from collections.abc import Callable, Hashable
from decimal import Decimal
from typing import Any

from cordee.fhirpath import quantity, temporal
from cordee.fhirpath.code import boxer
from cordee.fhirpath.errors import FhirPathError
from cordee.fhirpath.node import Node
from cordee.fhirpath.types import (
    NUMBERS,
    QUANTITY,
    STRING,
    SYSTEM,
    TEMPORAL,
    TIME,
    system_type,
    type_info,
    type_of,
)


def kind(node: Node) -> str:
    """Give the System type of a node's value, or the name of its complex type."""
    found = system_type(node.type)
    return found or type_of(node.value)


def keyer(type_name: str | None) -> Callable[[Any], Hashable]:
    """Give the function from items of a static type to keys: equal items have equal keys."""
    if type_name is not None and system_type(type_name) == STRING:
        return lambda item: key(item) if item.__class__ is Node else item
    box = boxer(type_name)
    return lambda item: key(box(item))


def key(node: Node) -> Hashable:
    """Give something hashable that is the same for values that `=` finds equal."""
    value = node.value
    if value is None:
        return ("absent", _json_key(node.extra))
    of = kind(node)
    if of in TEMPORAL:
        moment = temporal.parse(value, of)
        if moment is not None:
            zoned = moment.offset is not None
            return ("moment", temporal.in_utc(moment).fields if zoned else moment.fields, zoned)
    if of == QUANTITY:
        return _quantity_key(value)
    return _json_key(value)


def _quantity_key(value: dict[str, Any]) -> Hashable:
    amount, unit = quantity.canonical(value)
    return ("quantity", amount, unit)


def _json_key(value: Any) -> Hashable:
    if value.__class__ is dict:
        return frozenset((name, _json_key(child)) for name, child in value.items())
    if value.__class__ is list:
        return tuple(_json_key(child) for child in value)
    if value.__class__ is bool:
        return ("boolean", value)
    return value  # type: ignore[no-any-return]


def equal(left: Node, right: Node) -> bool | None:
    """Compare as `=` does; None when precision, units or an absent value leave the answer open."""
    if (left.value is None) != (right.value is None):
        return None
    one, other = kind(left), kind(right)
    if one in TEMPORAL and other in TEMPORAL and (one == TIME) == (other == TIME):
        return _is_zero(_moments(left, right, one, other))
    pair = _quantities(left, right, one, other)
    if pair is not None:
        return _is_zero(quantity.compare(*pair))
    if one == other or (one in NUMBERS and other in NUMBERS):
        return key(left) == key(right)
    return _same_shape(left, right)


def _is_zero(order: int | None) -> bool | None:
    return None if order is None else order == 0


def _same_shape(left: Node, right: Node) -> bool:
    """Compare complex values whose types differ in name only, such as a type and its subtype."""
    return left.value.__class__ is dict and left.value == right.value


def equal_lists(left: list[Node], right: list[Node]) -> bool | None:
    """Compare collections in order; None when one is empty or an item leaves the answer open."""
    if not left or not right:
        return None
    if len(left) != len(right):
        return False
    answers = [equal(one, other) for one, other in zip(left, right, strict=True)]
    if False in answers:
        return False
    return None if None in answers else True


def order(left: Node, right: Node) -> int | None:
    """Order two values: negative, 0 or positive; None when the answer is open.

    Raises FhirPathError for types that have no order, or not the same.
    """
    one, other = kind(left), kind(right)
    if left.value is None or right.value is None:
        return None
    if (one in NUMBERS and other in NUMBERS) or one == other == STRING:
        return int(left.value > right.value) - int(left.value < right.value)
    if one in TEMPORAL and other in TEMPORAL and (one == TIME) == (other == TIME):
        return _moments(left, right, one, other)
    pair = _quantities(left, right, one, other)
    if pair is not None:
        return quantity.compare(*pair)
    names = " and ".join(
        type_info(node.type)["name"] or "an unknown type" for node in (left, right)
    )
    raise FhirPathError(f"{names} cannot be compared")


def _moments(left: Node, right: Node, one: str, other: str) -> int | None:
    if left.value is None and right.value is None:
        return 0 if key(left) == key(right) else 1
    first, second = temporal.parse(left.value, one), temporal.parse(right.value, other)
    if first is None or second is None:
        raise FhirPathError("a date or time is malformed")
    return temporal.compare(first, second)


def _quantities(
    left: Node, right: Node, one: str, other: str
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Give both as quantities when at least one is; numbers convert, of unit 1."""
    if QUANTITY not in (one, other):
        return None
    converted = []
    for node, of in ((left, one), (right, other)):
        if of == QUANTITY:
            converted.append(node.value)
        elif of in NUMBERS:
            converted.append(quantity.without_unit(node.value))
        else:
            return None
    return converted[0], converted[1]


def equivalent(left: Node, right: Node) -> bool:
    """Compare as `~` does: never open, generous about case, space, order and precision."""
    one, other = kind(left), kind(right)
    if left.value is None or right.value is None:
        return left.value is right.value
    if one == other == STRING:
        return _folded(left.value) == _folded(right.value)
    if one in NUMBERS and other in NUMBERS:
        return _numbers_alike(Decimal(left.value), Decimal(right.value))
    pair = _quantities(left, right, one, other)
    if pair is not None:
        return quantity.equivalent(*pair)
    if one in SYSTEM or other in SYSTEM:
        return equal(left, right) is True
    return _json_alike(left.value, right.value)


def equivalent_lists(left: list[Node], right: list[Node]) -> bool:
    """Compare collections without regard to order."""
    if len(left) != len(right):
        return False
    rest = list(right)
    for one in left:
        for position, other in enumerate(rest):
            if equivalent(one, other):
                del rest[position]
                break
        else:
            return False
    return True


def _json_alike(left: Any, right: Any) -> bool:
    if left.__class__ is dict and right.__class__ is dict:
        return left.keys() == right.keys() and all(
            _json_alike(value, right[name]) for name, value in left.items()
        )
    if left.__class__ is list and right.__class__ is list:
        return equivalent_lists([Node("", v) for v in left], [Node("", v) for v in right])
    if left.__class__ in (dict, list) or right.__class__ in (dict, list):
        return False
    return equivalent(Node(type_of(left), left), Node(type_of(right), right))


def _folded(value: str) -> str:
    return " ".join(value.casefold().split())


def _numbers_alike(left: Decimal, right: Decimal) -> bool:
    return quantity.round_alike(left, right, step(left), step(right))


def step(value: Decimal) -> Decimal:
    """Give the size of the last written decimal digit: 0.01 for 1.20, 1 for 5."""
    return Decimal(1).scaleb(min(int(value.as_tuple().exponent), 0))
