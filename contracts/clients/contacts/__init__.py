"""The contacts of a client and their addresses."""
