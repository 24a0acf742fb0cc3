"""Categories, services and the general part of request types, with their names in all languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from django.forms import BoundField
from django.utils.translation import gettext_lazy

from catalog.models import AtZero, Category, RequestType, Service
from servicedesk.lib.localized import other_languages
from servicedesk.people.models import Group


class TranslatedForm(forms.ModelForm):  # type: ignore[type-arg]
    """`TRANSLATED` names the fields that have translations, and where those are kept."""

    TRANSLATED: ClassVar[Mapping[str, str]] = {"name": "translations"}
    PARENT: ClassVar[str] = ""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, kept in self.TRANSLATED.items():
            for code in other_languages():
                self.fields[f"{name}_{code}"] = forms.CharField(
                    label=dict(settings.LANGUAGES)[code],
                    max_length=self.instance._meta.get_field(name).max_length,
                    required=False,
                    initial=(getattr(self.instance, kept) or {}).get(code, ""),
                    widget=forms.TextInput(attrs={"lang": code}),
                )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        for name, kept in self.TRANSLATED.items():
            typed = {code: given.get(f"{name}_{code}", "") for code in other_languages()}
            setattr(self.instance, kept, {code: text for code, text in typed.items() if text})
        return given

    def names(self) -> list[BoundField]:
        return self.in_languages("name")

    def descriptions(self) -> list[BoundField]:
        return self.in_languages("description")

    def in_languages(self, name: str) -> list[BoundField]:
        return [self[name], *(self[f"{name}_{code}"] for code in other_languages())]

    @classmethod
    def kept(cls) -> list[str]:
        """The fields of the row that the form writes."""
        return [*cls._meta.fields, *cls.TRANSLATED.values()]  # type: ignore[misc]


class CategoryForm(TranslatedForm):
    class Meta:
        model = Category
        fields = ("name",)


class ServiceForm(TranslatedForm):
    TRANSLATED = {"name": "translations", "description": "description_translations"}
    PARENT = "category"

    class Meta:
        model = Service
        fields = ("category", "name", "description", "icon", "group", "is_restricted")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        category = self.fields["category"]
        assert isinstance(category, forms.ModelChoiceField)
        category.queryset = Category.objects.filter(
            Q(is_archived=False) | Q(pk=self.instance.category_id or 0)
        )
        names = dict.fromkeys([*icon_names(), self.instance.icon])
        self.fields["icon"] = forms.ChoiceField(
            label=gettext_lazy("Icon"),
            choices=[(name, name) for name in names],
            widget=forms.RadioSelect,
            initial=self.instance.icon,
        )

    def icons(self) -> Iterator[Any]:
        yield from self["icon"]


class RequestTypeForm(TranslatedForm):
    TRANSLATED = {"name": "translations", "description": "description_translations"}
    PARENT = "service"

    class Meta:
        model = RequestType
        fields = (
            "service",
            "name",
            "description",
            "kind",
            "group",
            "default_urgency",
            "default_impact",
            "estimated_hours",
            "price",
            "at_zero",
            "needs_verification",
        )
        help_texts: ClassVar[Mapping[str, Any]] = {
            "at_zero": gettext_lazy("Overrides the contract."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field, group, at_zero = (self.fields[name] for name in ("service", "group", "at_zero"))
        assert isinstance(field, forms.ModelChoiceField)
        assert isinstance(group, forms.ModelChoiceField)
        assert isinstance(at_zero, forms.ChoiceField)
        field.queryset = _services(self.instance)
        group.queryset = Group.objects.all()
        group.empty_label = gettext_lazy("The group of the service")
        at_zero.choices = [("", gettext_lazy("As the contract says")), *AtZero.choices]


def _services(item: RequestType) -> QuerySet[Service]:
    """Services in the archive too, because a copy is made ready there; a category there takes nothing new."""
    offered = Q(category__is_archived=False) | Q(pk=item.service_id or 0)
    found = Service.objects.filter(offered).select_related("category")
    return found.order_by("category__position", "position")


@cache
def icon_names() -> tuple[str, ...]:
    """The symbols of `icons.svg`."""
    drawing = (settings.BASE_DIR / "static" / "icons.svg").read_text(encoding="utf-8")
    return tuple(re.findall(r'id="i-([a-z-]+)"', drawing))
