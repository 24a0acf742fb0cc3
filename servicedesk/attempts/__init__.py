"""How often somebody may try a password, ask for a mail or follow a link.

Waits grow; nobody is locked out.
"""
