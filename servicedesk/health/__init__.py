"""Whether the background work runs: heartbeats, what is late, and who is told."""
