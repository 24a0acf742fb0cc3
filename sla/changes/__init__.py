"""What a new version would do to open tickets, and doing it."""
