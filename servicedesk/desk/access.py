"""The desk is for its staff."""

from servicedesk.people.access import for_staff

__all__ = ["for_staff"]
