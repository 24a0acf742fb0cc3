"""The queue: folders, filters, and the tickets by their next deadline."""
