"""Access data that a client entrusted to us: shown to whoever says why, each look written down."""
