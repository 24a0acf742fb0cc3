"""Text that a client will read: how long it may be, and what must not stand in it."""

from django import forms
from django.utils.translation import gettext as _

from servicedesk.tickets import hidden_words
from servicedesk.tickets.models import MessageQuerySet

MAX_TEXT = 100_000


def refuse_hidden_words(body: str, messages: MessageQuerySet) -> None:
    """Raise `ValidationError` when words for a client repeat one of these that clients may not read."""
    if hidden_words.quotes(body, messages):
        raise forms.ValidationError(
            _("This quotes a message that is not visible to the client. Rephrase it.")
        )
