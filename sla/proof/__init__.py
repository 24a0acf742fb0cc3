"""Deadline calculation: why a ticket is due when it is, step by step, for people and for programs."""
