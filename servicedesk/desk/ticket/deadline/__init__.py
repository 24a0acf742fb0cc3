"""Deadline calculation: the proof behind a deadline as a page, as a part of the ticket's page, as PDF."""
