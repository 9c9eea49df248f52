"""The `cordee` command."""
