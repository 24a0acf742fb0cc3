"""The page of a request type's links to knowledge."""
