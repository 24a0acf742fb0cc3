"""The matrix of targets as a grid: rows, inheritance, what differs."""
