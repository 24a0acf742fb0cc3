"""Which contract stands behind a ticket and why, what happens without one, what a client may choose."""
