"""New versions brought to open tickets: previewed, rolled out in batches, undone; and their screens."""
