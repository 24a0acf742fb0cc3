"""Papers of a contract: added, removed, read by the desk and by the client."""
