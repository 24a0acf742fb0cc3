"""A ticket that an agent writes down while the client is on the phone."""
