"""Whether the ledger adds up: every balance from its entries, every entry from its cause."""
