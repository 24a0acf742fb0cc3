"""Who stands in for people who are away today."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from servicedesk.people.models import Absence, User
from servicedesk.people.working_hours import zone_of

MAX_HOPS = 3  # a deputy may be away as well, and have one, and so on
_ONE_DAY = timedelta(days=1)


def standing_in(
    people: Iterable[User], at: datetime, accepts: Callable[[User, User], bool]
) -> dict[int, User]:
    """The deputy of each of these people who is away, by the key of whom they stand in for.

    Chains of deputies are followed to the first one who is there. Who is away without a deputy that
    `accepts` (whom for, the deputy) is not in the answer: then they are asked themselves. One statement
    while nobody is away.
    """
    chains = {person.pk: [person] for person in people}
    found: dict[int, User] = {}
    for _hop in range(MAX_HOPS + 1):
        away = _deputies({chain[-1] for chain in chains.values()}, at)
        found |= {pk: chain[-1] for pk, chain in chains.items() if chain[-1].pk not in away and chain[1:]}
        chains = {
            pk: [*chain, deputy]
            for pk, chain in chains.items()
            if (deputy := away.get(chain[-1].pk)) and deputy not in chain and accepts(chain[0], deputy)
        }
        if not chains:
            break
    return found


def _deputies(people: Iterable[User], at: datetime) -> dict[int, User | None]:
    """Of these people those who are away on the day it is where they are, and their active deputies."""
    by_key = {person.pk: person for person in people}
    day = at.date()
    near = Absence.objects.filter(
        user__in=by_key, starts_on__lte=day + _ONE_DAY, ends_on__gte=day - _ONE_DAY
    ).select_related("deputy")
    found: dict[int, User | None] = {}
    for absence in near:
        today = at.astimezone(zone_of(by_key[absence.user_id])).date()
        if absence.starts_on <= today <= absence.ends_on:
            deputy = absence.deputy if absence.deputy and absence.deputy.is_active else None
            found[absence.user_id] = deputy or found.get(absence.user_id)
    return found
