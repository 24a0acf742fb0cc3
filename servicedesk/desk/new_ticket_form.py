"""A ticket that an agent writes down while the client is on the phone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Level, RequestType
from servicedesk.intake.submit import Submission
from servicedesk.people.models import Client, User
from servicedesk.tickets.models import Channel

MAX_TEXT = 100_000
OTHER = "other"


class PeopleField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Namesakes are told apart by their address."""

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.full_name} · {obj.email}"


class NewTicketForm(forms.Form):
    """The contacts offered are those of the chosen client."""

    client = forms.ModelChoiceField(
        Client.objects.none(), label=gettext_lazy("Client"), empty_label=gettext_lazy("Choose…"),
        error_messages={"required": gettext_lazy("Choose the client.")},
    )  # fmt: skip
    contact = PeopleField(
        User.objects.none(), label=gettext_lazy("Contact"), empty_label=gettext_lazy("Choose…"),
        error_messages={
            "required": gettext_lazy("Choose who called."),
            "invalid_choice": gettext_lazy("Choose a person of this client."),
        },
    )  # fmt: skip
    request_type = forms.ChoiceField(
        label=gettext_lazy("Request type"),
        error_messages={"required": gettext_lazy("Choose what it is about.")},
    )
    urgency = forms.TypedChoiceField(
        label=gettext_lazy("Urgency"), coerce=int, empty_value=None, required=False,
        choices=[("", gettext_lazy("As usual for the request type")), *Level.choices],
    )  # fmt: skip
    impact = forms.TypedChoiceField(
        label=gettext_lazy("Impact"), coerce=int, empty_value=None, required=False,
        choices=[("", gettext_lazy("As usual for the request type")), *Level.choices],
    )  # fmt: skip
    subject = forms.CharField(
        label=gettext_lazy("Subject"), max_length=250,
        error_messages={"required": gettext_lazy("Write in a few words what it is about.")},
    )  # fmt: skip
    body = forms.CharField(
        label=gettext_lazy("What the client says"), max_length=MAX_TEXT,
        help_text=gettext_lazy("The client can read this."),
        widget=forms.Textarea(attrs={"rows": 7, "data-draft": "new-ticket"}),
        error_messages={"required": gettext_lazy("Write what happens or what is needed.")},
    )  # fmt: skip

    def __init__(self, data: Any = None, *, user: User, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.user = user
        self._types: dict[str, RequestType] = {}
        self._offer_clients()
        self._offer_contacts()
        self._offer_types()

    def submission(self) -> Submission:
        """What the door is asked; call on a valid form."""
        given = self.cleaned_data
        return Submission(
            requester=given["contact"],
            client=given["client"],
            subject=given["subject"],
            body=given["body"],
            request_type=self._types.get(given["request_type"]),
            urgency=given["urgency"],
            impact=given["impact"],
            channel=Channel.PHONE,
            by=self.user,
        )

    def _offer_clients(self) -> None:
        field = _choice_of(self, "client")
        field.queryset = Client.objects.visible_to(self.user).active()
        contacts_of_it = {"hx-get": reverse("desk:new-ticket"), "hx-target": "#contact"}
        field.widget.attrs |= contacts_of_it | {"hx-sync": "this:replace", "autofocus": True}

    def _offer_contacts(self) -> None:
        field, clients = _choice_of(self, "contact"), _choice_of(self, "client").queryset
        chosen = str(self["client"].value() or "")
        is_key = chosen.isascii() and chosen.isdigit() and len(chosen) < 19
        client = clients.filter(pk=int(chosen)).first() if is_key and clients is not None else None
        if client is None:
            field.help_text = _("Choose the client first.")
            return
        people = User.objects.active().filter(memberships__client=client, memberships__is_active=True)
        field.queryset = people.order_by("full_name", "pk")
        if not people.exists():
            field.help_text = _("Nobody of this client is known yet. An administrator can add people.")

    def _offer_types(self) -> None:
        offered = RequestType.objects.offered().select_related("service__group", "group")
        grouped: dict[str, list[tuple[str, str]]] = {}
        for item in offered.order_by("service__position", "service__name", "position", "name"):
            self._types[str(item.pk)] = item
            grouped.setdefault(str(item.service), []).append((str(item.pk), str(item)))
        field = self.fields["request_type"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("Choose…")),
            *grouped.items(),
            (_("Other"), [(OTHER, _("Something else"))]),
        ]


def _choice_of(form: forms.Form, name: str) -> forms.ModelChoiceField[Any]:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    return field
