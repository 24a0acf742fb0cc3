"""The desk's screens, a room for each, and what several of them share."""
