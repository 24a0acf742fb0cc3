"""Approvals of a service request: level after level, each asking people who may approve or not."""

from workflows.approvals.asking import ask, next_level
from workflows.approvals.deciding import approved, decide, may_decide, rejected, waiting_for

__all__ = ["approved", "ask", "decide", "may_decide", "next_level", "rejected", "waiting_for"]
