"""Metadata as ebRIM 3.0 objects: where each attribute stands, both ways."""
