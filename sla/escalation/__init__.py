"""Escalation: levels reached before and after a deadline, who is notified, what is done; and their screen."""
