"""Renewing contracts, many at once."""
