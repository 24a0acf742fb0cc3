"""What the mails about events say, in the recipient's language."""
