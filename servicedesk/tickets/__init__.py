"""Tickets: the row, its conversation, history and the only pen on its status."""
