"""What the requester answered, and the articles that may help with it."""

from __future__ import annotations

from typing import Any

from catalog import knowledge_links
from catalog.questions import answers, former_answers
from servicedesk.desk.ticket.shown import Shown


def fill(shown: Shown) -> dict[str, Any]:
    ticket = shown.ticket
    return {
        "answers": answers.shown(ticket.catalog_snapshot.get("form", []), ticket.answers),
        "former_answers": former_answers.shown(ticket.catalog_snapshot),
        "knowledge": knowledge_links.for_staff(ticket.request_type.links) if ticket.request_type else [],
    }
