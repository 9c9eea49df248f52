"""Readers of entries, one module for each kind of resource."""
