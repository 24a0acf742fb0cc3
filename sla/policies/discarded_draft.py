"""What was thrown away a moment ago, kept in the person's session so that it can be put back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from servicedesk.people.http import UserRequest
from sla.models import Policy, PolicyDraft
from sla.policies import drafts


@dataclass(frozen=True)
class Kept:
    """`sentence` says what was done; `parts` are the `drafts.PARTS` as they were before."""

    sentence: str
    parts: dict[str, Any]


def keep(request: UserRequest, draft: PolicyDraft, sentence: str) -> None:
    parts = {name: getattr(draft, name) for name in drafts.PARTS}
    request.session[_key(draft.policy_id)] = {"sentence": sentence, "parts": parts}


def find(request: UserRequest, policy: Policy) -> Kept | None:
    kept = request.session.get(_key(policy.pk))
    return Kept(**kept) if kept else None


def forget(request: UserRequest, policy: Policy) -> None:
    request.session.pop(_key(policy.pk), None)


def _key(policy: int) -> str:
    return f"policy-{policy}-before"
