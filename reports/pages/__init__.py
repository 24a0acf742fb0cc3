"""A report on screen, as a file, and the tickets behind its figures."""
