"""The card of one client."""
