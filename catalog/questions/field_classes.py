"""Form fields that Django has not: a list with one thing on each line, a person, a notice, files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from catalog.questions import contacts, file_types
from catalog.questions.contacts import People
from catalog.questions.settings_check import LONGEST_LINE, MOST_LINES, most_files
from servicedesk.lib.upload_field import UploadsField


class LinesField(forms.CharField):
    """Cleans to a list of the lines that say something, each once."""

    def __init__(self, **options: Any) -> None:
        box = forms.Textarea(attrs={"rows": 3, "data-lines": ""})
        super().__init__(max_length=MOST_LINES * (LONGEST_LINE + 2), widget=box, **options)

    def clean(self, value: Any) -> Any:
        lines = [" ".join(line.split()) for line in super().clean(value).splitlines()]
        found = list(dict.fromkeys(line for line in lines if line))
        if len(found) > MOST_LINES:
            raise ValidationError(_("At most %(n)s lines, please.") % {"n": MOST_LINES})
        if any(len(line) > LONGEST_LINE for line in found):
            raise ValidationError(_("A line has at most %(n)s characters.") % {"n": LONGEST_LINE})
        return found

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value


class NameInput(forms.TextInput):
    """A line of text with the names that are known."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(attrs={"autocomplete": "off"})
        self.names = names

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        listed = f"{(attrs or {}).get('id', name)}-names"
        line = super().render(name, value, {**(attrs or {}), "list": listed}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((one,) for one in self.names))
        return format_html('{}<datalist id="{}">{}</datalist>', line, listed, options)


class PersonField(forms.CharField):
    """Cleans to the stored answer of `catalog.questions.contacts`."""

    def __init__(self, people: People, **options: Any) -> None:
        super().__init__(max_length=200, widget=NameInput([name for _pk, name in people]), **options)
        self.people = people

    def clean(self, value: Any) -> Any:
        return contacts.found(self.people, super().clean(value))

    def prepare_value(self, value: Any) -> Any:
        return value.get("name", "") if isinstance(value, Mapping) else value


class NoticeInput(forms.Widget):
    """Nothing is asked and nothing is read: label and help are all there is."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return format_html("<span hidden{}></span>", flatatt({**self.attrs, **(attrs or {})}))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> None:
        return None


class NoticeField(forms.Field):
    sort = "notice"  # how `components/field.html` draws it

    def __init__(self) -> None:
        super().__init__(widget=NoticeInput(), required=False)

    def clean(self, value: Any) -> None:
        return None


class FilesField(UploadsField):
    """The files that answer a question; cleans to a list of `Upload`."""

    sort = "files"

    def __init__(self, question: Mapping[str, Any]) -> None:
        types = question.get("endings")
        super().__init__(most=most_files(question), endings=file_types.endings(types))
        self.widget.attrs |= {"multiple": self.most > 1, "data-most": self.most}
        self.widget.attrs["data-too-many"] = self.too_many()
        if self.endings:
            self.widget.attrs["accept"] = ",".join(self.endings)
        self.help_text = " ".join(one for one in (self._number(), self._types(types)) if one)

    def _number(self) -> str:
        return _("At most %(number)s files.") % {"number": self.most} if self.most > 1 else ""

    def _types(self, types: Any) -> str:
        return f"{file_types.words(types)}." if self.endings else ""
