"""The last step of a new request: its questions, a text, how bad it is, files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Kind, Level
from catalog.questions import contacts, form_fields
from servicedesk.intake.submit import Submission
from servicedesk.lib.upload_field import UploadsField
from servicedesk.people.models import Client, User
from servicedesk.portal.new_request import service_choice
from servicedesk.portal.new_request.addresses_field import AddressesField
from servicedesk.portal.new_request.service_choice import Choice
from servicedesk.portal.request.forms import MAX_TEXT
from servicedesk.tickets.models import Channel

IMPACTS: list[tuple[int, Promise]] = [
    (Level.LOW, gettext_lazy("Only me")),
    (Level.MEDIUM, gettext_lazy("Several people")),
    (Level.HIGH, gettext_lazy("The whole company")),
]
HOW_BAD: list[tuple[int, Promise]] = [
    (Level.LOW, gettext_lazy("Minor inconvenience, work continues")),
    (Level.MEDIUM, gettext_lazy("Work is slowed down")),
    (Level.HIGH, gettext_lazy("Work has stopped")),
]
HOW_SOON: list[tuple[int, Promise]] = [
    (Level.LOW, gettext_lazy("No hurry")),
    (Level.MEDIUM, gettext_lazy("In the next days")),
    (Level.HIGH, gettext_lazy("Today, if possible")),
]


class NewRequestForm(forms.Form):
    """Everything a person types for a new request.

    When the chosen request type is gone, the form offers all others in a list, so that what
    was typed stays.
    """

    service = forms.CharField(required=False, widget=forms.HiddenInput)
    type = forms.ChoiceField(
        label=gettext_lazy("What is it about?"),
        error_messages={
            "required": gettext_lazy("Choose what it is about."),
            "invalid_choice": gettext_lazy(
                "This request type is no longer offered. Choose another one; your text is kept."
            ),
        },
    )
    client = forms.ModelChoiceField(
        Client.objects.none(), label=gettext_lazy("For which company?"), empty_label=None
    )
    subject = forms.CharField(
        label=gettext_lazy("Subject"), max_length=250, help_text=gettext_lazy("In a few words."),
        error_messages={"required": gettext_lazy("Write in a few words what it is about.")},
    )  # fmt: skip
    body = forms.CharField(
        label=gettext_lazy("Describe it in your own words"), max_length=MAX_TEXT,
        help_text=gettext_lazy("Two or three sentences are enough. No passwords, please."),
        widget=forms.Textarea(attrs={"rows": 5, "data-draft": "new-request"}),
        error_messages={"required": gettext_lazy("Describe what happens or what you need.")},
    )  # fmt: skip
    impact = forms.TypedChoiceField(
        label=gettext_lazy("How many are affected?"), choices=IMPACTS, coerce=int, widget=forms.RadioSelect
    )
    urgency = forms.TypedChoiceField(coerce=int, widget=forms.RadioSelect)
    copy_to = AddressesField(
        label=gettext_lazy("Copy to"), required=False, max_length=4000,
        help_text=gettext_lazy("E-mail addresses of people who should follow, separated by commas."),
    )  # fmt: skip
    uploads = UploadsField(label=gettext_lazy("Screenshots or files"), required=False)

    def __init__(
        self, *args: Any, choice: Choice, companies: Sequence[Client], user: User, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.choice, self.companies = choice, companies
        self._ask_type()
        self._ask_company()
        self._ask_urgency()
        self.asked = choice.item.form if choice.item else []
        people = contacts.offered(self.asked, [company.pk for company in companies], user)
        made = form_fields.fields(self.asked, people)
        self.questions = list(made)
        self.fields |= made

    def clean_client(self) -> Client:
        """Raises: ValidationError: the service is offered to another company of this person’s alone."""
        company: Client = self.cleaned_data["client"]
        if problem := service_choice.for_company(self.choice, company):
            raise forms.ValidationError(problem, code="not_offered")
        return company

    def clean(self) -> dict[str, Any]:
        super().clean()
        form_fields.settle(self, self.asked)
        return self.cleaned_data

    def question_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.questions]

    def submission(self, person: User) -> Submission:
        """What the door is asked; call on a valid form."""
        given = self.cleaned_data
        return Submission(
            requester=person,
            client=given.get("client") or self.companies[0],
            subject=given["subject"],
            body=given["body"],
            request_type=self.choice.item,
            service=self.choice.service,
            urgency=given["urgency"],
            impact=given["impact"],
            channel=Channel.PORTAL,
            answers=form_fields.answers(given),
            answer_files=form_fields.files(given),
            files=given["uploads"],
            copy_to=given["copy_to"],
        )

    def _ask_type(self) -> None:
        field = self.fields["type"]
        assert isinstance(field, forms.ChoiceField)
        if not self.choice.is_complete:
            field.choices = [("", _("Choose…")), *service_choice.grouped_types(self.companies)]
            return
        field.choices = [(self.choice.type_value, "")]
        field.widget = forms.HiddenInput()
        self.initial["type"] = self.choice.type_value
        self.initial["service"] = self.choice.service.pk if self.choice.service else ""

    def _ask_company(self) -> None:
        if len(self.companies) < 2:
            del self.fields["client"]
            return
        field = self.fields["client"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Client.objects.filter(pk__in=[company.pk for company in self.companies])
        self.initial["client"] = self.companies[0].pk

    def _ask_urgency(self) -> None:
        item, field = self.choice.item, self.fields["urgency"]
        assert isinstance(field, forms.ChoiceField)
        is_wish = item is not None and item.kind != Kind.INCIDENT
        field.label = _("How soon do you need it?") if is_wish else _("How severe is it?")
        field.choices = HOW_SOON if is_wish else HOW_BAD
        self.initial["urgency"] = item.default_urgency if item else Level.MEDIUM
        self.initial["impact"] = item.default_impact if item else Level.LOW
