"""Signing in, a forgotten password, preferences, absences, logos: one screen a module."""
