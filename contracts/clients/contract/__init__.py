"""The page of one contract."""
