"""One level as an administrator writes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla.engine import escalation_levels
from sla.engine.escalation_levels import Level, LevelError
from sla.escalation import wording as escalation_wording
from sla.escalation.choices import Names

_OWN_FIELDS = {"clock", "threshold", "tell", "reassign_to"}


class LevelForm(forms.Form):
    """A valid form has its `level`; `key` is that of the level it changes, empty for a new one."""

    key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    threshold = forms.CharField(
        label=gettext_lazy("When"),
        max_length=30,
        error_messages={"required": gettext_lazy("Write for example “80%”, “-1h”, “0” or “+2h”.")},
        help_text=gettext_lazy(
            "“80%” of the time used, “-1h” before the deadline, “0” at it, “+2h” after it. In "
            "working time. A level before the start of the target is never reached."
        ),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
    )
    clock = forms.ChoiceField(label=gettext_lazy("Target"))
    tell = forms.MultipleChoiceField(
        label=gettext_lazy("Notify"), required=False, widget=forms.CheckboxSelectMultiple
    )
    tell_also = forms.MultipleChoiceField(
        label=gettext_lazy("These groups and people too"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )
    raise_priority = forms.BooleanField(label=gettext_lazy("Raise the priority one step"), required=False)
    reassign_to = forms.TypedChoiceField(
        label=gettext_lazy("Reassign the ticket to the group"), required=False, coerce=int, empty_value=None
    )
    off_hours = forms.BooleanField(
        label=gettext_lazy("Notify outside working hours too"),
        required=False,
        help_text=gettext_lazy("Otherwise the notice waits until the calendar opens."),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        names: Names,
        others: Sequence[Level] = (),
        level: Level | None = None,
        key: str = "",
    ) -> None:
        super().__init__(data, initial=_initial(level) | {"key": key}, auto_id=f"level-{key or 'new'}-%s")
        self.others = [other for other in others if other.key != key]
        self.level: Level | None = None
        self._key = key
        self._choices("clock", list(escalation_wording.CLOCK_LABELS.items()))
        self._choices("tell", names.roles())
        self._choices("tell_also", names.chosen())
        groups = [(str(pk), name) for pk, name in names.groups.items()]
        self._choices("reassign_to", [("", _("stays where it is")), *groups])

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if self.errors:
            return given
        raw = {name: given[name] for name in ("clock", "raise_priority", "reassign_to", "off_hours")}
        raw["tell"] = [*given["tell"], *given["tell_also"]]
        raw |= {"threshold": given["threshold"], "key": self._key or uuid4().hex}
        try:
            self.level = escalation_levels.parse_level(raw)
            escalation_levels.parse(
                [*map(escalation_levels.as_json, self.others), escalation_levels.as_json(self.level)]
            )
        except LevelError as error:
            field = error.path.rsplit(".", 1)[-1]
            self.add_error(field if field in _OWN_FIELDS else None, _(error.template) % error.params)
        return given

    def _choices(self, name: str, choices: Sequence[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def _initial(level: Level | None) -> dict[str, Any]:
    if level is None:
        return {"clock": "resolution", "tell": ["assignee"]}
    return escalation_levels.as_json(level) | {
        "threshold": "0" if level.threshold == escalation_levels.AT_DEADLINE else level.threshold,
        "tell": [who for who in level.tell if not escalation_levels.named(who)],
        "tell_also": [who for who in level.tell if escalation_levels.named(who)],
    }
