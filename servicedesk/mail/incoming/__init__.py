"""A received mail to plain facts: its text, its files, the reply without the quotation, the sender."""
