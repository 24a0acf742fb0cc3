"""Words that tickets and messages share."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    PORTAL = "portal", _("Portal")
    MAIL = "mail", _("E-mail")
    PHONE = "phone", _("Phone")
    API = "api", _("API")


class Priority(models.IntegerChoices):
    P1 = 1, _("Critical")
    P2 = 2, _("High")
    P3 = 3, _("Normal")
    P4 = 4, _("Low")


class Cause(models.TextChoices):
    """Why it happened, as found when it was solved: for reports, not for the client."""

    USER_ERROR = "user_error", _("User error")
    CONFIGURATION = "configuration", _("Configuration")
    SOFTWARE = "software", _("Software fault")
    HARDWARE = "hardware", _("Hardware fault")
    NETWORK = "network", _("Network")
    THIRD_PARTY = "third_party", _("Third party")
    CHANGE = "change", _("Caused by a change")
    CAPACITY = "capacity", _("Insufficient capacity")
    UNKNOWN = "unknown", _("Cause not identified")


class DueKind(models.TextChoices):
    """Which promise falls due next."""

    FIRST_RESPONSE = "first_response", _("First response")
    NEXT_RESPONSE = "next_response", _("Next response")
    RESOLUTION = "resolution", _("Resolution")
