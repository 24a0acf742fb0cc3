"""The pages of a request type: its form, approvals and plan, written row by row and saved as a whole."""
