"""The types of document that can be written, each a small definition."""
