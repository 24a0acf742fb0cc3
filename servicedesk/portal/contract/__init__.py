"""The contract of a company: its hours, offers of more, its terms, the statement."""
