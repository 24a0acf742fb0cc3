"""A rule as an administrator writes it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Category, Kind, RequestType, Service
from servicedesk.lib.choices import with_stored
from servicedesk.people.client_field import ClientField
from servicedesk.people.models import Client, Group, User
from servicedesk.tickets.models import AssignmentRule

Method = AssignmentRule.Method
ANY = gettext_lazy("Any")


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """Refuses what could never give a ticket to anybody."""

    kind = forms.ChoiceField(label=gettext_lazy("Type"), required=False, choices=[("", ANY), *Kind.choices])
    client = ClientField(label=gettext_lazy("Client"), required=False, empty_label=ANY)
    method = forms.ChoiceField(
        label=gettext_lazy("Assign to"), choices=Method.choices, widget=forms.RadioSelect
    )

    class Meta:
        model = AssignmentRule
        fields = (
            *("name", "kind", "category", "service", "request_type", "client", "group"),
            *("method", "person", "only_at_work", "is_active"),
        )

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        rule: AssignmentRule = self.instance
        archived = Q(is_archived=False) | Q(pk=rule.category_id or 0)
        self._offer("category", Category.objects.filter(archived))
        self._offer("service", Service.objects.offered_or(rule.service_id))
        self._offer("request_type", RequestType.objects.offered_or(rule.request_type_id))
        clients = self.fields["client"]
        assert isinstance(clients, ClientField)
        clients.offer(Client.objects.filter(Q(is_active=True) | Q(pk=rule.client_id or 0)))
        self._offer("group", Group.objects.all())
        self._offer("person", with_stored(_givable(), rule.person_id), gettext_lazy("Choose…"))

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("method") == Method.PERSON:
            self._check_person(given)
        elif "person" in given:
            given["person"] = None
        self._check_conditions(given)
        return given

    def _check_person(self, given: dict[str, Any]) -> None:
        person, group = given.get("person"), given.get("group")
        if person is None:
            self.add_error(
                "person", _("Choose whom to assign the tickets to.")
            ) if "person" in given else None
        elif group and not person.is_superuser and group.pk not in person.group_ids():
            sentence = _("%(person)s does not work in %(group)s.")
            self.add_error("person", sentence % {"person": person, "group": group})

    def _check_conditions(self, given: dict[str, Any]) -> None:
        """Two conditions that no ticket can meet together."""
        item, service = given.get("request_type"), given.get("service")
        if item and service and item.service_id != service.pk:
            sentence = _("“%(item)s” belongs to the service %(service)s.")
            self.add_error("request_type", sentence % {"item": item, "service": item.service})
        if item and given.get("kind") and item.kind != given["kind"]:
            sentence = _("“%(item)s” is of another type: %(kind)s.")
            self.add_error("request_type", sentence % {"item": item, "kind": item.get_kind_display()})
        held = service or (item.service if item else None)
        if held and given.get("category") and held.category_id != given["category"].pk:
            sentence = _("The service %(service)s belongs to the topic %(category)s.")
            self.add_error("category", sentence % {"service": held, "category": held.category})

    def _offer(self, name: str, rows: Any, empty: Any = ANY) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset, field.empty_label = rows, empty


def _givable() -> Any:
    """Whom a ticket can be given to at all."""
    return User.objects.active().filter(Q(is_agent=True) | Q(is_superuser=True))
