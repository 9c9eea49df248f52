"""`python -m cordee`: the same as the `cordee` command."""

from cordee.cli import run

run()
