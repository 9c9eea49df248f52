"""`python -m cordee` is the `cordee` command."""

from cordee.cli import main

main()
