"""My requests: groups with counts, filters, and for managers the whole company."""
