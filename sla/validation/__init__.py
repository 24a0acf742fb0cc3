"""Validation of policies and calendars: faults found before a ticket meets them."""
