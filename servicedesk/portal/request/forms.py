"""What clients write: a reply, an answer to “is it solved?”, a decision, a withdrawal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.intake import client_reply
from servicedesk.lib.upload_field import UploadsField
from servicedesk.people.models import User
from servicedesk.portal.request.outcome_messages import said
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from workflows import advance

MAX_TEXT = 100_000
RATINGS: list[tuple[int, Promise]] = [
    (1, gettext_lazy("terrible")),
    (2, gettext_lazy("poor")),
    (3, gettext_lazy("fair")),
    (4, gettext_lazy("good")),
    (5, gettext_lazy("excellent")),
]


class ReplyForm(forms.Form):
    """A message; files alone will do."""

    body = forms.CharField(
        label=gettext_lazy("Write a message"), required=False, max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    uploads = UploadsField(label=gettext_lazy("Attach files"), required=False)

    def __init__(self, *args: Any, ticket: Ticket, **options: Any) -> None:
        super().__init__(*args, **(options | {"auto_id": "reply_%s"}))
        self.fields["body"].widget.attrs["data-draft"] = f"reply-{ticket.pk}"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        nothing = not given.get("body") and not given.get("uploads")
        if nothing and not self.errors:
            self.add_error("body", _("Write a message first."))
        return given


class SolvedForm(forms.Form):
    """Is it solved? Yes may carry a rating; no says what is wrong."""

    YES, NO = "yes", "no"

    solved = forms.ChoiceField(
        label=gettext_lazy("Is it solved?"),
        choices=[(YES, gettext_lazy("Yes, everything works")), (NO, gettext_lazy("No, it is not solved"))],
        widget=forms.RadioSelect,
        initial=YES,
        error_messages={"required": gettext_lazy("Choose yes or no.")},
    )
    rating = forms.TypedChoiceField(
        label=gettext_lazy("Rate our work"), choices=RATINGS, coerce=int, empty_value=None, required=False,
        widget=forms.RadioSelect,
    )  # fmt: skip
    comment = forms.CharField(
        label=gettext_lazy("Comment"), required=False, max_length=MAX_TEXT,
        help_text=gettext_lazy("What was good, what can be better? If it is not solved, what is wrong?"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, ticket: Ticket, rating: int | None = None) -> None:
        """`rating` is what a clicked link proposes; else what was given before."""
        initial = {"rating": rating or ticket.rating, "comment": ticket.rating_comment}
        super().__init__(data, initial=initial)
        self.ticket = ticket

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("solved") == self.NO and not given.get("comment"):
            self.add_error("comment", _("Write what is still wrong, so that we can continue."))
        only_rates = self.ticket.status == Status.CLOSED and given.get("solved") == self.YES
        if only_rates and not given.get("rating") and not self.errors:
            self.add_error("rating", _("Choose a number from 1 to 5."))
        return given

    def apply(self, *, by: User) -> tuple[str, int]:
        """Do what a valid form says; return a sentence about it and the ticket to look at next.

        Raises:
            TicketError: the request is neither solved nor closed any more.
        """
        given = self.cleaned_data
        if given["solved"] == self.NO:
            word = client_reply.not_solved(self.ticket, author=by, body=given["comment"])
            return said(word.outcome), word.ticket.pk
        advance.confirm(self.ticket, by=by, rating=given["rating"], comment=given["comment"])
        return _("Thank you. Your answer is recorded."), self.ticket.pk


class DecisionForm(forms.Form):
    """Whoever is asked approves, with a comment or without, or rejects with a reason.

    `asked` is the question that the page showed, so that a stale page never answers a later one.
    """

    APPROVE, REJECT = "approve", "reject"

    decision = forms.ChoiceField(choices=[(APPROVE, ""), (REJECT, "")], widget=forms.HiddenInput)
    asked = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Reason or comment"), required=False, max_length=2000,
        help_text=gettext_lazy("Required when you reject; the requester will read it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("decision") == self.REJECT and not given.get("reason"):
            self.add_error("reason", _("Write the reason for the rejection."))
        return given

    @property
    def approves(self) -> bool:
        return bool(self.cleaned_data["decision"] == self.APPROVE)


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
