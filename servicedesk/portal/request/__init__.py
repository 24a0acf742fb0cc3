"""The page of one request and what a client can do there."""
