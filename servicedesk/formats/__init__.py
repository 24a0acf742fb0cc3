"""How dates and numbers are written in each language, in Django's own form."""
