"""The questions of a form: kinds and settings, conditions, form fields, and answers as people read them."""
