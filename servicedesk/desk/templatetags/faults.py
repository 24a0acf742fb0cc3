"""Steps that failed, told where the desk begins: {% load faults %}."""

from __future__ import annotations

from django import template

from servicedesk.people.models import User
from workflows.maintenance import faults

register = template.Library()


@register.simple_tag
def failed_steps(user: User) -> int:
    """How many of them this person answers for. One statement as long as nothing is wrong."""
    return faults.count_for(user)
