"""Names of the people and groups that levels mention, and those one can choose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from servicedesk.people.models import Group, User
from sla.engine.escalation_levels import Level, named
from sla.escalation import wording as escalation_wording

Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class Names:
    """`people` are active staff and whoever is mentioned though they have left."""

    people: dict[int, str]
    groups: dict[int, str]

    @classmethod
    def read(cls, levels: Iterable[Level]) -> Names:
        """Two statements."""
        mentioned = {who[1] for level in levels for text in level.tell if (who := named(text))}
        staff = Q(pk__in=User.objects.active().staff().values("pk"))
        people = User.objects.filter(staff | Q(pk__in=mentioned)).order_by("full_name", "pk")
        return cls(
            people={one.pk: str(one) if one.is_active else _left(one) for one in people},
            groups=dict(Group.objects.values_list("pk", "name")),
        )

    def roles(self) -> Choices:
        return [(role, str(label)) for role, label in escalation_wording.ROLE_LABELS.items()]

    def chosen(self) -> list[tuple[str, Choices]]:
        """Groups and people, for a list to choose from."""
        return [
            (_("Groups"), [(f"group:{pk}", name) for pk, name in self.groups.items()]),
            (_("People"), [(f"user:{pk}", name) for pk, name in self.people.items()]),
        ]

    def of(self, who: str) -> str:
        """“Leaders of the group”, “Marta Ruiz”; what is gone says so."""
        match named(who):
            case ("user", pk):
                return self.people.get(pk) or _("deleted person")
            case (_group, pk):
                return self.group(pk)
        return str(escalation_wording.ROLE_LABELS.get(who, who))

    def group(self, pk: int) -> str:
        return self.groups.get(pk) or _("deleted group")


def _left(person: User) -> str:
    return _("%(person)s (has left)") % {"person": person}
