"""Schedules of reports that are mailed, and the archive of what was sent."""
