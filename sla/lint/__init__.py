"""Faults of the agreements themselves, found before a ticket does."""
