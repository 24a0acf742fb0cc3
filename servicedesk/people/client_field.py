"""Choosing a client: from a list while there are few, else by typing a part of the name.

The typed text alone is enough, so it works without scripts; with them the names that fit are offered.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.db.models.lookups import Exact
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from servicedesk.lib.folding import Folded, contains, fold
from servicedesk.people.models import Client

FEW = 25  # names that are quicker read than typed
_LONGEST_KEY = 18  # digits


class ClientField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Takes a key or, where there are many clients, also a name or the only part of one.

    `offer` says which clients, before the form is looked at.
    """

    default_error_messages = {
        "no_client": gettext_lazy(
            "No client, or more than one, matches “%(text)s”. Choose one from the list."
        )
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(Client.objects.none(), **options)
        self._known: dict[str, Client | None] = {}

    def offer(self, clients: QuerySet[Client]) -> None:
        """One statement. Among many, the names of active ones are offered; any of `clients` can be named."""
        self.queryset, self._known = clients, {}
        some = list(clients.values_list("pk", "name")[: FEW + 1])
        if len(some) > FEW:
            self.widget = ClientPicker(self, self.widget.attrs)
        else:
            empty = [] if self.empty_label is None else [("", self.empty_label)]
            self.choices = [*empty, *some]

    def to_python(self, value: Any) -> Client | None:
        if not isinstance(self.widget, ClientPicker) or value in self.empty_values:
            client: Client | None = super().to_python(value)
            return client
        if (known := self.known(value)) is None:
            raise ValidationError(
                self.error_messages["no_client"], code="invalid_choice", params={"text": str(value)[:100]}
            )
        return known

    def known(self, value: Any) -> Client | None:
        """The client that this key or text means, among those offered; asked once for each."""
        text = str(getattr(value, "pk", value) or "").replace("\0", "").strip()
        if text not in self._known:
            self._known[text] = self._named(text) if text else None
        return self._known[text]

    def _named(self, text: str) -> Client | None:
        assert self.queryset is not None
        offered: QuerySet[Client] = self.queryset
        is_key = text.isascii() and text.isdigit() and len(text) <= _LONGEST_KEY
        by_key = Q(pk=int(text)) if is_key else Q(pk__in=[])
        if not isinstance(self.widget, ClientPicker):
            return offered.filter(by_key).first()
        for fits in (Q(Exact(Folded("name"), fold(text))), by_key, contains("name", text)):
            found = list(offered.filter(fits)[:2])
            if len(found) == 1:
                return found[0]
        return None

    def __deepcopy__(self, memo: Any) -> ClientField:
        copied: ClientField = super().__deepcopy__(memo)
        copied._known = {}
        return copied


class ClientPicker(forms.TextInput):
    """A text field with a list of names that fit, read while one types."""

    def __init__(self, field: ClientField, attrs: dict[str, Any]) -> None:
        super().__init__(attrs)
        self._field = field

    def format_value(self, value: Any) -> str:
        """The name, where a key was given; else what was typed."""
        client = self._field.known(value)
        return client.name if client else str(value or "")

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        given = self.build_attrs(self.attrs, attrs)
        key = given.setdefault("id", f"id_{name}")
        given |= {"placeholder": str(self._field.empty_label or "")} if self._field.empty_label else {}
        context = {
            "attrs": flatatt(given),
            "list": f"{key}_list",
            "name": name,
            "value": self.format_value(value),
            "address": f"{reverse('people:client-choices')}?{urlencode({'of': name})}",
        }
        return render_to_string("people/_client_picker.html", context)
