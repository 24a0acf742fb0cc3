"""Work of the mail channel, where Celery looks for it."""

from servicedesk.mail.outgoing.tasks import send, sweep_outbox

__all__ = ["send", "sweep_outbox"]
