"""The screen of the table urgency × impact."""
