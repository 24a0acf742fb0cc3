"""A ticket's life written in a file and played through the engine, without a database."""
