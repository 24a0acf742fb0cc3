"""A received mail becomes a ticket, a reply, or a row that waits for a decision."""
