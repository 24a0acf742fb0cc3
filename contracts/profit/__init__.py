"""What a contract brings and takes over a period."""
