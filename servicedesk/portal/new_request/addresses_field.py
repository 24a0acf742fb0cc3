"""Form fields of the portal: several addresses."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

MAX_ADDRESSES = 20


class AddressesField(forms.CharField):
    """E-mail addresses with commas, semicolons, spaces or lines between them; cleans to a list."""

    def clean(self, value: Any) -> list[str]:
        addresses = list(dict.fromkeys(part for part in re.split(r"[\s,;]+", super().clean(value)) if part))
        if len(addresses) > MAX_ADDRESSES:
            raise ValidationError(_("At most %(number)s addresses, please.") % {"number": MAX_ADDRESSES})
        for address in addresses:
            try:
                validate_email(address)
            except ValidationError as error:
                sentence = _("“%(address)s” is not an e-mail address. Example: name@company.com.")
                raise ValidationError(sentence % {"address": address}) from error
        return addresses
