"""Versions of calendars and policies: shared drafts, publishing, and published ones kept in memory."""
