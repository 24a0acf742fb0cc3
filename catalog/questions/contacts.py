"""The people that a question of the kind “person” offers: contacts of the requester's company."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from catalog.questions.answers import Question
from catalog.questions.kinds import QuestionKind
from servicedesk.people.models import User

MOST = 500

People = list[tuple[int, str]]


def offered(questions: Iterable[Question], clients: Iterable[int], user: User) -> People:
    """(pk, name), of two with one name with the address; no statement where no question asks for one."""
    if not any(one.get("kind") == QuestionKind.PERSON for one in questions):
        return []
    found = User.objects.visible_to(user).active().filter(memberships__client__in=list(clients)).distinct()
    rows = list(found.order_by("full_name", "pk").values_list("pk", "full_name", "email")[:MOST])
    names = Counter(name for _pk, name, _email in rows)
    return [
        (pk, name if name and names[name] == 1 else f"{name} ({email})".strip()) for pk, name, email in rows
    ]


def found(people: People, typed: str) -> dict[str, Any] | None:
    """The stored answer: key and name of a contact; the name alone when nobody is called so."""
    name = " ".join(typed.split())
    for pk, label in people:
        if label.casefold() == name.casefold():
            return {"pk": pk, "name": label}
    return {"name": name} if name else None
