"""Schematron: rule files to XSLT, and the processes that run it."""
