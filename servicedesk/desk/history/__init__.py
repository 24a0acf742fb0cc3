"""What happened to a ticket, as sentences: who did what."""
