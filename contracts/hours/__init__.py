"""Prepaid hours: the ledger and what may be booked, reservations, expiry, forecast, estimates, alerts."""
