"""A ticket that an agent writes down while the client is on the phone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Level, RequestType
from catalog.questions import answers, contacts, form_fields, visibility
from catalog.questions.kinds import QuestionKind
from servicedesk.desk import contact_choice
from servicedesk.intake.submit import Submission
from servicedesk.people.models import User
from servicedesk.tickets.models import Channel

MAX_TEXT = 100_000
OTHER = "other"


class NewTicketForm(forms.Form):
    """The contacts offered are those of the chosen client, the questions those of the chosen request type.

    Files are not asked for: nobody hands them over by phone.
    """

    client = contact_choice.client_field()
    contact = contact_choice.contact_field(gettext_lazy("Choose the caller."))
    request_type = forms.ChoiceField(
        label=gettext_lazy("Request type"),
        error_messages={"required": gettext_lazy("Choose what it is about.")},
    )
    asked = forms.CharField(required=False, widget=forms.HiddenInput)
    is_partly_known = forms.BooleanField(
        label=gettext_lazy("Some answers are not known yet"), required=False,
        help_text=gettext_lazy("Required questions may stay empty; an internal note then says which."),
    )  # fmt: skip
    urgency = forms.TypedChoiceField(
        label=gettext_lazy("Urgency"), coerce=int, empty_value=None, required=False,
        choices=[("", gettext_lazy("Default of the request type")), *Level.choices],
    )  # fmt: skip
    impact = forms.TypedChoiceField(
        label=gettext_lazy("Impact"), coerce=int, empty_value=None, required=False,
        choices=[("", gettext_lazy("Default of the request type")), *Level.choices],
    )  # fmt: skip
    subject = forms.CharField(
        label=gettext_lazy("Subject"), max_length=250,
        error_messages={"required": gettext_lazy("Write in a few words what it is about.")},
    )  # fmt: skip
    body = forms.CharField(
        label=gettext_lazy("Description"), max_length=MAX_TEXT,
        help_text=gettext_lazy("The client can read this."),
        widget=forms.Textarea(attrs={"rows": 7, "data-draft": "new-ticket"}),
        error_messages={"required": gettext_lazy("Write what happens or what is needed.")},
    )  # fmt: skip

    def __init__(
        self, data: QueryDict | None = None, *, user: User, typed: QueryDict | None = None, client: str = ""
    ) -> None:
        """`typed` is what stands in a form that is only looked at again, `client` a key to begin with."""
        super().__init__(data, initial=typed.dict() if typed is not None else {"client": client})
        self.user = user
        contact_choice.offer_clients(self, user)
        self.fields["client"].widget.attrs["autofocus"] = True
        self.company = contact_choice.offer_contacts(self)
        self._offer_types()
        self._ask(typed)

    @property
    def is_asked_anew(self) -> bool:
        """The chosen type has questions that the sent page did not show."""
        return bool(self.questions) and str(self["asked"].value() or "") != self._asking

    @property
    def left_out(self) -> str:
        """Questions of the request type that are not asked here; "" when there are none."""
        return ", ".join(answers.label(one) for one in self._form if one.get("kind") == QuestionKind.FILE)

    @property
    def has_required(self) -> bool:
        return any(one.get("required") for one in self.questions)

    @property
    def asks_for_people(self) -> bool:
        """What is offered depends on the client."""
        return any(one.get("kind") == QuestionKind.PERSON for one in self.questions)

    def caller(self) -> User | None:
        """The contact that is chosen so far, if it is one of this client."""
        field, key = self.fields["contact"], contact_choice.chosen(self, "contact")
        assert isinstance(field, contact_choice.PeopleField)
        return field.queryset.filter(pk=key).first() if field.queryset is not None and key else None

    def question_fields(self) -> list[forms.BoundField]:
        return [self[form_fields.PREFIX + question["key"]] for question in self.questions]

    def clean(self) -> dict[str, Any]:
        super().clean()
        form_fields.settle(self, self.questions)
        return self.cleaned_data

    def left_open(self) -> list[str]:
        """Required questions without an answer, in the language of the agent; call on a valid form."""
        given = form_fields.answers(self.cleaned_data)
        return [answers.label(one) for one in visibility.unanswered(self.questions, given)]

    def submission(self) -> Submission:
        """What the door is asked; call on a valid form."""
        given = self.cleaned_data
        return Submission(
            requester=given["contact"],
            client=given["client"],
            subject=given["subject"],
            body=given["body"],
            request_type=self.item,
            urgency=given["urgency"],
            impact=given["impact"],
            channel=Channel.PHONE,
            answers=form_fields.answers(given),
            by=self.user,
        )

    def _offer_types(self) -> None:
        offered = RequestType.objects.offered().select_related("service__group", "group")
        known: dict[str, RequestType] = {}
        grouped: dict[str, list[tuple[str, str]]] = {}
        for item in offered.order_by("service__position", "service__name", "position", "name"):
            known[str(item.pk)] = item
            grouped.setdefault(str(item.service), []).append((str(item.pk), str(item)))
        field = self.fields["request_type"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("Choose…")),
            *grouped.items(),
            (_("Other"), [(OTHER, _("Something else"))]),
        ]
        self.item = known.get(str(self["request_type"].value() or ""))

    def _ask(self, typed: QueryDict | None) -> None:
        """The questions of the chosen type; what was typed for one of the same key stays."""
        self._form = self.item.form if self.item else []
        self._asking = str(self.item.pk) if self.item else ""
        self.questions = [one for one in self._form if one.get("kind") != QuestionKind.FILE]
        people = contacts.offered(self.questions, [self.company.pk] if self.company else [], self.user)
        made = form_fields.fields(self.questions, people)
        self.fields |= made
        if self["is_partly_known"].value():
            for field in made.values():
                field.required = False
        if typed is None:
            return
        were_shown = typed.get("asked") == self._asking
        for name, field in made.items():
            if were_shown or name in typed:
                self.initial[name] = field.widget.value_from_datadict(typed, {}, name)
        self.initial["asked"] = self._asking
