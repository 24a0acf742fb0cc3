"""Confirm, rate or re-open by a link in a mail, without signing in."""
