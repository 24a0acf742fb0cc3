"""The matrix as an Excel file: written for people, read back with the place of every fault."""
