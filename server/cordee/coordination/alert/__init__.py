"""Alerts that rules raise from what comes in."""
