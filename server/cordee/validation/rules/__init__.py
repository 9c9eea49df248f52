"""The rules, ready to run: one file per rule, each with a twin in `compile/` that makes it."""
