"""A second matter in a message becomes a ticket of its own."""
