"""Steps that failed in the background: the list, and trying again."""
