"""What passes between the server and a worker process: lengths, orders, findings."""

import struct
from dataclasses import dataclass

LENGTH = struct.Struct(">I")
"""What stands before each message: its number of bytes."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to judge with: a schema and rule files. The document follows it."""

    schema: str
    schematrons: tuple[str, ...]
