"""Bridges toward documents and national services."""
