"""The calculation of a deadline on paper: one template for the desk and the clients, in their own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from contracts.deadlines.calculation import DeadlineCalculation
from servicedesk.lib import pdf
from servicedesk.lib.downloads import file_response
from sla.proof.sheet import Sheet


@dataclass(frozen=True)
class Paper:
    """What differs between readers: the title, one sentence, and what is known of the agreement."""

    title: str
    lead: str
    facts: Sequence[tuple[str, str]]
    sheet: Sheet


def response(explanation: DeadlineCalculation, paper: Paper) -> HttpResponse:
    """The PDF as a download, in the active language and time zone."""
    ticket = explanation.ticket
    page = render_to_string("contracts/deadlines/document.html", _context(explanation, paper))
    name = f"{ticket.reference}-{explanation.proof.clock_kind}.pdf"
    return file_response(pdf.printed(page), name, "application/pdf")


def _context(explanation: DeadlineCalculation, paper: Paper) -> dict[str, object]:
    return {
        "paper": paper,
        "proof": explanation.proof,
        "ticket": explanation.ticket,
        "client": explanation.ticket.client,
        "language": get_language(),
        "logo": pdf.picture(explanation.ticket.client.logo),
        "style": pdf.style(),
        "company": settings.COMPANY_NAME,
        "zone": timezone.get_current_timezone_name(),
    }
