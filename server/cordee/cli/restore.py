"""`cordee restore`: the way back from `cordee backup`."""

from cordee.cli.backup import restore

__all__ = ["restore"]
