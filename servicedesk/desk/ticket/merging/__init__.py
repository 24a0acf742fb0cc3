"""Merging a ticket into another: choose, look at both side by side, do it, undo it."""
