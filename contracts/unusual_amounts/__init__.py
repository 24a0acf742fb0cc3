"""Amounts that may be right but are unusual: which, and the form that asks once before it takes them."""
