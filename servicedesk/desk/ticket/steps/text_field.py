"""The words a step asks for, and who will read them."""

from __future__ import annotations

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from servicedesk.tickets.models import Ticket
from workflows.steps.actions import Action

MAX_TEXT = 100_000

# Who reads the words of a step, so that nobody writes them to the wrong person.
_READERS: dict[str, Promise] = {
    "ask_client": gettext_lazy("The client gets it as a message."),
    "resolve": gettext_lazy("The client gets it as a message and is asked to confirm."),
    "cancel": gettext_lazy("The client will read it."),
    "approve": gettext_lazy("The client will read it."),
    "reject": gettext_lazy("The client will read it."),
}
ONLY_US = gettext_lazy("Only colleagues read it.")


def of(label: Promise | str, action: Action, ticket: Ticket, initial: str = "") -> forms.Field:
    draft = {"rows": 4, "data-draft": f"step-{action.name}-{ticket.pk}"}
    return forms.CharField(
        label=str(label),
        max_length=MAX_TEXT,
        initial=initial,
        help_text=str(_READERS.get(action.name, ONLY_US)),
        widget=forms.Textarea(attrs=draft),
    )
