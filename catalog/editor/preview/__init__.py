"""How a request type looks to the client: its own page, and live beside the form editor."""
