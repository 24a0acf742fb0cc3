"""The clients' screens, a room for each."""
