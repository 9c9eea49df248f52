"""The sRGB colour profile that archived documents name, made as ICC version 2 asks.

PDF/A-1 wants the colours of a document tied to a profile, and of the versions before 4.

https://www.color.org/ICC.1-2001-04.pdf
"""

import struct
from functools import cache

_D50 = (0.9642, 1.0, 0.8249)
_PRIMARIES = {
    b"rXYZ": (0.4361, 0.2225, 0.0139),
    b"gXYZ": (0.3851, 0.7169, 0.0971),
    b"bXYZ": (0.1431, 0.0606, 0.7141),
}
_GAMMA = 2.2


@cache
def srgb() -> bytes:
    """Give the profile: three primaries adapted to D50, and one gamma for all."""
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(_GAMMA * 256)) + bytes(2)
    tags: dict[bytes, bytes] = {
        b"desc": _description("sRGB"),
        b"cprt": b"text" + bytes(4) + b"Public domain\0",
        b"wtpt": _xyz(_D50),
        **{name: _xyz(value) for name, value in _PRIMARIES.items()},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    offset = 128 + 4 + 12 * len(tags)
    table, data = struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        table += name + struct.pack(">II", offset + len(data), len(content))
        data += content + bytes(-len(content) % 4)
    return _head(offset + len(data)) + table + data


def _head(size: int) -> bytes:
    return (
        struct.pack(">I", size)
        + bytes(4)
        + bytes((2, 0x10, 0, 0))
        + b"mntrRGB XYZ "
        + struct.pack(">6H", 2001, 1, 1, 0, 0, 0)
        + b"acsp"
        + bytes(28)
        + b"".join(_fixed(value) for value in _D50)
        + bytes(48)
    )


def _description(text: str) -> bytes:
    ascii = text.encode() + b"\0"
    return b"desc" + bytes(4) + struct.pack(">I", len(ascii)) + ascii + bytes(8 + 3 + 67)


def _xyz(value: tuple[float, float, float]) -> bytes:
    return b"XYZ " + bytes(4) + b"".join(map(_fixed, value))


def _fixed(number: float) -> bytes:
    return struct.pack(">i", round(number * 65536))
