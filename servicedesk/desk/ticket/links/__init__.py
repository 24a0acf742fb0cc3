"""Links of a ticket to others: shown both ways, made, removed, put back; how another is chosen."""
