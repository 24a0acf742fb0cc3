"""What is late, for people: what, since when, and what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from servicedesk.health.lateness import Late, State
from servicedesk.lib import formatting

NAMES: dict[str, Promise] = {
    "sweep-sla-clocks": _("Deadlines and escalations"),
    "tell-of-escalations": _("Escalation notices"),
    "apply-changed-terms": _("Changed calendars and policies"),
    "summarise-process-runs": _("Process analytics"),
    "sweep-approvals": _("Approvals"),
    "fire-process-timers": _("Process timers"),
    "send-waiting-mail": _("Mail delivery"),
    "retry-stored-mail": _("Retry of incoming mail"),
    "expire-prepaid-hours": _("Expiry of prepaid hours"),
    "apply-planned-terms": _("Planned terms of contracts"),
    "alert-about-hours": _("Alerts on prepaid hours"),
    "wipe-secrets": _("Deletion of access data"),
    "send-due-reports": _("Scheduled reports"),
    "fold-finished-tally": _("Counts of closed tickets"),
    "recount-finished-tally": _("Counts of closed tickets"),
    "forget-old-tries": _("Cleaning up sign-in attempts"),
    "forget-sent-forms": _("Cleaning up sent forms"),
    "outgoing-mail": _("Outgoing mail"),
    "incoming-mail": _("Incoming mail"),
    "escalation-notices": _("Escalation notices"),
    "deadlines": _("Deadlines and escalations"),
    "changed-terms": _("Changed calendars and policies"),
    "process-timers": _("Process timers"),
    "reports": _("Scheduled reports"),
}
CAUSES = ("broker", "beat", "worker")


def for_administrators(state: State) -> list[str]:
    """A sentence for each cause; where a cause is known, what follows from it is left out."""
    causes = [each for each in state.late if each.kind in CAUSES]
    return [sentence(each) for each in causes or state.late]


def sentence(late: Late) -> str:
    since = formatting.in_full(late.since) if late.since else ""
    values = {"name": NAMES.get(late.name, late.name), "since": since, "error": late.error}
    return (_with(late.kind) if since or late.kind == "broker" else _never(late.kind)) % values


def _with(kind: str) -> str:
    match kind:
        case "broker":
            return gettext("The message broker does not respond: background work is stopped. "
                     "Start it, or correct BROKER_URL.")  # fmt: skip
        case "beat":
            return gettext(
            "The schedule has not run since %(since)s: nothing is sent, escalated or closed automatically. "
            "Start it: python -m deploy.programs beat")  # fmt: skip
        case "worker":
            return gettext("No worker has sent a heartbeat since %(since)s: nothing is done in the "
                     "background. Start one: python -m deploy.programs worker")  # fmt: skip
        case "queue":
            return gettext("%(name)s: the oldest has waited since %(since)s. "
                     "Check the workers’ log; if they are only busy, start more.")  # fmt: skip
        case "failing":
            return gettext("%(name)s: failed at %(since)s (%(error)s). See the workers’ log for details.")
    return gettext(
        "%(name)s: last done at %(since)s. Check the workers’ log; if they are only busy, start more."
    )


def _never(kind: str) -> str:
    match kind:
        case "beat":
            return gettext(
            "The schedule has never run: nothing is sent, escalated or closed automatically. "
            "Start it: python -m deploy.programs beat")  # fmt: skip
        case "worker":
            return gettext("No worker runs: nothing is done in the background. "
                     "Start one: python -m deploy.programs worker")  # fmt: skip
    return gettext("%(name)s: never done yet. Check the workers’ log; if they are only busy, start more.")
