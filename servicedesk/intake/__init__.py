"""The door: every new ticket passes here, and what clients say on one that is open."""
