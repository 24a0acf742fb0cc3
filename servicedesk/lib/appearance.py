"""Which icon, colour and ring a stored value gets; one table per question. The key "" is for the rest."""

from collections.abc import Mapping

# status → class of the badge; grey until something happens
STATUS_BADGE: Mapping[str, str] = {
    "": "line",
    "new": "accent",
    "in_progress": "accent",
    "waiting_approval": "idle",
    "waiting_client": "idle",
    "waiting_third_party": "idle",
    "verification": "accent",
    "resolved": "ok",
}
# status → sort of the ring: new (dashed), wait (hatched), done, or plain
STATUS_STEP: Mapping[str, str] = {
    "": "",
    "new": "new",
    "waiting_approval": "wait",
    "waiting_client": "wait",
    "waiting_third_party": "wait",
    "closed": "done",
    "cancelled": "done",
}
# status → how much of the ring is filled, in percent
STATUS_PERCENT: Mapping[str, int] = {
    "": 0,
    "under_review": 20,
    "waiting_approval": 40,
    "in_progress": 55,
    "waiting_client": 55,
    "waiting_third_party": 55,
    "verification": 75,
    "resolved": 85,
    "closed": 100,
    "cancelled": 100,
}
# promise → icon of its clock
CLOCK_ICON: Mapping[str, str] = {
    "": "clock",
    "first_response": "reply",
    "next_response": "refresh",
    "resolution": "flag",
}
# kind of event → icon
EVENT_ICON: Mapping[str, str] = {
    "": "flow",
    "opened": "plus",
    "accepted": "user",
    "assigned": "user-plus",
    "released": "user",
    "handed_over": "users",
    "escalated": "users",
    "approval_asked": "shield",
    "approval_given": "check",
    "approval_reminded": "bell",
    "approval_passed_on": "shield",
    "approved": "check",
    "rejected": "x",
    "task_done": "check",
    "client_asked": "pause",
    "client_answered": "play",
    "third_party_asked": "pause",
    "resumed": "play",
    "verification_asked": "eye",
    "resolved": "check-circle",
    "reopened": "undo",
    "closed": "archive",
    "cancelled": "x-circle",
    "rated": "star",
    "time_logged": "clock",
    "estimate_offered": "hourglass",
    "estimate_decided": "check",
    "secret_revealed": "key",
    "sla_at_risk": "clock",
    "sla_breached": "alert",
    "sla_escalated": "bell",
    "sla_terms_changed": "calendar",
    "sla_terms_restored": "undo",
    "linked": "link",
    "unlinked": "link",
    "merged": "merge",
    "took_in": "merge",
    "unmerged": "undo",
    "split_off": "copy",
}
# state of an approval or of its level → class of the badge
APPROVAL_BADGE: Mapping[str, str] = {
    "": "line",
    "waiting": "accent",
    "approved": "ok",
    "rejected": "bad",
    "expired": "warn",
}
# state or result of a mail → class of the badge
MAIL_BADGE: Mapping[str, str] = {
    "": "line",
    "created": "ok",
    "reply": "ok",
    "sent": "ok",
    "kept": "idle",
    "ignored": "idle",
    "blocked": "idle",
    "quarantined": "warn",
    "held": "warn",
    "failed": "bad",
}
# state of a change of terms → class of the badge
CHANGE_BADGE: Mapping[str, str] = {
    "": "line",
    "running": "accent",
    "undoing": "accent",
    "done": "ok",
    "failed": "bad",
    "undone": "idle",
}
# level of a message of the shell → icon
LEVEL_ICON: Mapping[str, str] = {
    "": "info",
    "success": "check",
    "ok": "check",
    "warning": "alert",
    "warn": "alert",
    "error": "alert",
    "bad": "alert",
}
