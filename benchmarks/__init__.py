"""Measurements anyone can rerun: `make bench`, or `python -m benchmarks --base-url URL`."""
