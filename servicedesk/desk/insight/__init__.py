"""The page of process insight: what is asked, and how the figures are drawn and written."""
