"""Levels before and after a deadline, and what follows from reaching one."""
