"""The mail accounts of the desk: their names, where answers go, whose word about a sender counts."""
