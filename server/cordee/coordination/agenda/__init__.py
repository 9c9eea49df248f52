"""Agendas: recurring availabilities, the slots made of them, and free times across a circle."""
