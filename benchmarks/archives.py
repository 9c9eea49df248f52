"""Time and weigh what hostile archives and mails cost before they are refused.

    python -m benchmarks.archives [--keep]

Each case runs in a process of its own; it may take a second and add 100 MB.
"""

import argparse
import io
import multiprocessing
import resource
import struct
import time
import zipfile
from collections.abc import Callable
from multiprocessing.queues import Queue

from benchmarks.record import Record, keeping
from cordee.bridges.mssante import mail
from cordee.bridges.xdm import reader
from cordee.errors import FhirError

PARTS = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"


def entries(count: int) -> bytes:
    """Make an archive of so many empty files."""
    names = [f"IHE_XDM/SUBSET01/DOC{number:05}.XML".encode() for number in range(count)]
    local = [struct.pack("<4s5H3L2H", b"PK\3\4", 20, *[0] * 7, len(row), 0) + row for row in names]
    size = len(local[0])
    central = [
        struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, *[0] * 7, len(row), *[0] * 5, n * size) + row
        for n, row in enumerate(names)
    ]
    held, told = b"".join(local), b"".join(central)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(told), len(held), 0)
    return held + told + end


def bomb() -> bytes:
    """Make an archive of one file that is huge when unpacked."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("IHE_XDM/SUBSET01/METADATA.XML", bytes(200_000_000))
    return held.getvalue()


CASES: dict[str, tuple[Callable[[], bytes], Callable[[bytes], object]]] = {
    "archive of 50,000 entries": (lambda: entries(50_000), reader.read),
    "archive that is a bomb": (bomb, reader.read),
    "mail of 10,000 parts": (lambda: PARTS + b"--b\r\n\r\nx\r\n" * 10_000, mail.read),
    "mail of a 26 MB header": (lambda: b"Subject: " + b"=?utf-8?q?a?= " * 2_000_000, mail.read),
}


def measure(name: str, told: "Queue[dict[str, float | str | None]]") -> None:
    """Run one case and tell what it cost."""
    make, read = CASES[name]
    data = make()
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    cpu = time.process_time()
    try:
        read(data)
        ended = "taken"
    except FhirError:
        ended = "refused"
    told.put(
        {
            "ended": ended,
            "ms": (time.perf_counter() - begun) * 1000,
            "cpu ms": (time.process_time() - cpu) * 1000,
            "limit ms": 1000,
            "MB more": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024,
            "limit MB": 100,
        }
    )


def main() -> None:
    """Measure every case."""
    parser = argparse.ArgumentParser(description="Measure hostile archives and mails.")
    keeping(parser)
    chosen = parser.parse_args()
    record = Record("archives", {"cases": len(CASES)})
    context = multiprocessing.get_context("spawn")
    for name in CASES:
        told: Queue[dict[str, float | str | None]] = context.Queue()
        process = context.Process(target=measure, args=(name, told))
        process.start()
        record.rows[name] = told.get(timeout=60)
        process.join()
    record.tell(keep=chosen.keep)


if __name__ == "__main__":
    main()
