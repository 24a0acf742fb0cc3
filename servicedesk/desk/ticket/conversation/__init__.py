"""What is written on a ticket and who reads it: its forms, and messages with what happened between."""
