"""Screens on which administrators keep calendars and policies."""
