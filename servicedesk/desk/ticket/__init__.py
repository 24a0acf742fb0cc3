"""The page of one ticket, and what is done from there."""
