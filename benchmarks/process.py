"""What processes use: memory, descriptors, threads, processor time, as Linux tells."""

import os
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Use:
    """What a process and its children use at one moment; memory in bytes, processor in seconds."""

    memory: int
    private: int
    descriptors: int
    threads: int
    cpu: float


def family(pid: int) -> list[int]:
    """Give a process and all its descendants."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            fields = _stat(int(entry.name))
            if fields:
                parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found


def use(pids: list[int]) -> Use:
    """Add up what some processes use; those that have ended count nothing."""
    rows = [_one(pid) for pid in pids]
    return Use(
        sum(row.memory for row in rows),
        sum(row.private for row in rows),
        sum(row.descriptors for row in rows),
        sum(row.threads for row in rows),
        sum(row.cpu for row in rows),
    )


def _one(pid: int) -> Use:
    fields = _stat(pid)
    if not fields:
        return Use(0, 0, 0, 0, 0.0)
    pages = (Path("/proc") / str(pid) / "statm").read_text().split()
    try:
        descriptors = len(list((Path("/proc") / str(pid) / "fd").iterdir()))
    except OSError:
        descriptors = 0
    resident, shared = int(pages[1]) * PAGE, int(pages[2]) * PAGE
    seconds = (int(fields[11]) + int(fields[12])) / TICKS
    return Use(resident, resident - shared, descriptors, int(fields[17]), seconds)


def _stat(pid: int) -> list[str]:
    """Give the fields of /proc/<pid>/stat after the name: state first, parent second."""
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
