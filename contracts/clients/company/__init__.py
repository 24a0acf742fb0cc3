"""What the desk knows of a client: made and changed."""
