"""Words for many tickets at once."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import F
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.desk.public_text import MAX_TEXT, refuse_hidden_words
from servicedesk.lib.keys import read_all as read_keys
from servicedesk.people.models import User
from servicedesk.tickets.access import works_on
from servicedesk.tickets.models import Cause, Message, Ticket
from workflows.many_tickets import bulk


class ChosenTickets(forms.Form):
    """Which of the offered tickets are meant; `key` names the filled-in form, so that it is sent once."""

    t = forms.MultipleChoiceField(
        label=gettext_lazy("Tickets"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one ticket.")},
    )  # fmt: skip
    key = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, offered: Sequence[Ticket], user: User) -> None:
        super().__init__(data, auto_id="many_%s")
        self.offered, self.user = offered, user
        field = self.fields["t"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(ticket.pk), str(ticket)) for ticket in offered]
        self.initial = {"key": uuid.uuid4().hex, "t": [str(ticket.pk) for ticket in offered]}

    @property
    def chosen(self) -> list[Ticket]:
        """Call on a valid form."""
        return [ticket for ticket in self.offered if str(ticket.pk) in self.cleaned_data["t"]]

    @property
    def key_value(self) -> str:
        """Of this form with these words: the same form with other words is another answer."""
        key = self.cleaned_data.get("key") or uuid.uuid4().hex
        words = self.cleaned_data.get("body") or self.cleaned_data.get("solution") or ""
        return f"{key}-{hashlib.sha256(words.encode()).hexdigest()[:12]}"

    def rows(self) -> list[tuple[Ticket, bool]]:
        """Each offered ticket, and whether it is chosen now."""
        marked = self["t"].value() or []
        return [(ticket, str(ticket.pk) in marked) for ticket in self.offered]

    def refuse_hidden(self, body: str) -> None:
        """What only colleagues may read on any of the tickets does not go out by copying."""
        tickets = [ticket.pk for ticket in self.offered]
        refuse_hidden_words(body, Message.objects.visible_to(self.user).filter(ticket__in=tickets))


class AnswerManyForm(ChosenTickets):
    """The same public words for each."""

    body = forms.CharField(
        label=gettext_lazy("Answer"), max_length=MAX_TEXT,
        help_text=gettext_lazy("Each client gets it as a message on their own ticket and sees no other."),
        widget=forms.Textarea(attrs={"rows": 6, "data-draft": "answer-many"}),
        error_messages={"required": gettext_lazy("Write a message first.")},
    )  # fmt: skip

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        self.refuse_hidden(body)
        return body


class ResolvePartsForm(ChosenTickets):
    """The solution of the whole for its parts."""

    solution = forms.CharField(
        label=gettext_lazy("Solution"), max_length=MAX_TEXT,
        help_text=gettext_lazy("Each client gets it as a message and is asked to confirm."),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": gettext_lazy("Write the solution first: each client reads it.")},
    )  # fmt: skip
    cause = forms.ChoiceField(
        label=gettext_lazy("Cause"), required=False, help_text=gettext_lazy("Only colleagues read it."),
        choices=[("", gettext_lazy("Not specified")), *Cause.choices],
    )  # fmt: skip

    def __init__(self, data: Any = None, *, parent: Ticket, offered: Sequence[Ticket], user: User) -> None:
        super().__init__(data, offered=offered, user=user)
        self.parent = parent
        self.initial = {**self.initial, "solution": parent.solution, "cause": parent.cause}

    def clean_solution(self) -> str:
        body: str = self.cleaned_data["solution"]
        self.refuse_hidden(body)
        return body


def named(query: QueryDict, user: User) -> tuple[list[Ticket], str]:
    """The tickets that the address names and this person may see, nearest deadline first, and a word on
    what was left out."""
    keys = set(read_keys(query.getlist("t")))
    found = Ticket.objects.visible_to(user).filter(pk__in=sorted(keys)[: bulk.LIMIT + 1]).for_list()
    tickets = list(found.order_by(F("due_at").asc(nulls_last=True), "pk"))
    if len(tickets) > bulk.LIMIT:
        sentence = _("A bulk reply reaches at most %(limit)s tickets; the others are skipped.")
        return tickets[: bulk.LIMIT], sentence % {"limit": bulk.LIMIT}
    return tickets, ""


def answerable(tickets: Sequence[Ticket], user: User) -> list[Ticket]:
    """Those that are open and that this person works on."""
    return [ticket for ticket in tickets if ticket.is_open and works_on(user, ticket)]
