"""The mail that carries the reports: their key figures in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from reports.report import Report
from servicedesk.lib import plain_text


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str


def write(reports: Sequence[Report], file_names: Sequence[str]) -> Letter:
    """Return the mail about `reports` (at least one; all of one client, period and language)."""
    first = reports[0]
    with translation.override(first.language):
        whose = first.client.name if first.client else _("all clients")
        subject = _("Reports for %(client)s: %(period)s") % {"client": whose, "period": first.period}
        text = plain_text.rendered(
            "reports/delivery/mail.txt",
            {
                "reports": reports,
                "whose": whose,
                "period": first.period,
                "file_names": file_names,
                "company": settings.COMPANY_NAME,
            },
        )
    return Letter(subject, text)
