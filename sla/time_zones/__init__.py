"""Deadlines under another edition of the time zones: which would move, and the check that says so."""
