"""The steps of the processes that people take, by the names of their nodes in the flows.

Here, low in the staircase, because agreements name them too; a test compares them with the flows.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PEOPLE_STEPS: dict[str, Promise] = {
    "classify": _("Classify"),
    "approve": _("Approve"),
    "accept": _("Accept"),
    "fulfil": _("Fulfilment"),
    "work": _("Work"),
    "review": _("Answer received"),
    "verification": _("Verification"),
}
