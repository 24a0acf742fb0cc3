"""Names that administrators write once and may translate: services, request types, forms."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from servicedesk.lib.unique_names import KeyField


def localized(text: str, translations: Mapping[str, Any] | None, language: str | None = None) -> str:
    """Return the translation for `language` (default: the active one), else `text` itself."""
    chosen = language or get_language() or "en"
    return str((translations or {}).get(chosen.split("-")[0]) or text)


def other_languages() -> list[str]:
    """All but the house language, by their codes."""
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


class Named(models.Model):
    """A row with a name in the house language and translations beside it."""

    name = models.CharField(_("name"), max_length=120)
    name_key = KeyField(of="name")
    translations = models.JSONField(
        _("translations"), default=dict, blank=True, help_text=_('{"ru": "…", "es": "…"}')
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.localized_name()

    def localized_name(self, language: str | None = None) -> str:
        return localized(self.name, self.translations, language)
