"""How many tries are free, and how the waits grow after them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

LONGEST = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """`free` tries at once; then one after `first`, and each further one after twice the time before.

    No wait is longer than `longest`, and each `regained` takes one try off the count: whoever is right comes
    in soon, an office of many people is not held for ever, an attacker has some hundred tries a day.
    """

    kind: str
    free: int
    first: timedelta
    longest: timedelta = LONGEST
    regained: timedelta = LONGEST

    def wait(self, count: int) -> timedelta:
        """How long after the `count`-th try the next one is refused.

        >>> limit = Limit("door", free=2, first=timedelta(seconds=30), longest=timedelta(minutes=1))
        >>> [limit.wait(count).seconds for count in (1, 2, 3, 4, 1000)]
        [0, 30, 60, 60, 60]
        """
        if count < self.free:
            return timedelta(0)
        doublings: int = min(count - self.free, 30)
        return min(self.first * (1 << doublings), self.longest)

    def left(self, count: int, since: timedelta) -> int:
        """What still counts of `count` tries, the last of which was so long ago.

        >>> limit = Limit("door", free=2, first=timedelta(seconds=30), regained=timedelta(minutes=1))
        >>> [limit.left(5, timedelta(seconds=seconds)) for seconds in (0, 59, 60, 3600)]
        [5, 5, 4, 0]
        """
        return max(0, count - since // self.regained)


HALF_A_MINUTE = timedelta(seconds=30)
# Signing in: one account from one address or one device; one account from everywhere; one address.
SIGN_IN_THERE = Limit("sign-in there", free=5, first=HALF_A_MINUTE)
SIGN_IN_ON_DEVICE = Limit("sign-in on a known device", free=5, first=HALF_A_MINUTE)
SIGN_IN_TO_ACCOUNT = Limit("sign-in to an account", free=10, first=HALF_A_MINUTE)
SIGN_IN_FROM_ADDRESS = Limit(
    "sign-in from an address", free=15, first=HALF_A_MINUTE, regained=timedelta(minutes=3)
)
# As many people as a whole proxy serves, when nobody told us that there is one.
SIGN_IN_FROM_PROXY = Limit(
    "sign-in from a proxy", free=300, first=timedelta(seconds=2), regained=HALF_A_MINUTE
)
OLD_PASSWORD = Limit("old password", free=5, first=HALF_A_MINUTE)
# One mail in a few minutes; who asks oftener sees the same page and gets none.
RESET_MAIL = Limit(
    "reset mail", free=1, first=timedelta(minutes=5), longest=timedelta(hours=1), regained=timedelta(hours=1)
)
RESET_FROM_ADDRESS = Limit("reset from an address", free=5, first=timedelta(minutes=1))
RESET_ON_DEVICE = Limit("reset on a known device", free=5, first=timedelta(minutes=1))
RESET_FROM_PROXY = Limit("reset from a proxy", free=60, first=timedelta(seconds=5), regained=HALF_A_MINUTE)
LINK_FROM_ADDRESS = Limit("broken link from an address", free=20, first=HALF_A_MINUTE)
LINK_FROM_PROXY = Limit(
    "broken link from a proxy", free=300, first=timedelta(seconds=2), regained=HALF_A_MINUTE
)
# An administrator may miss; nobody's mailbox is filled by somebody's clicks.
INVITATION = Limit(
    "invitation", free=2, first=timedelta(minutes=5), longest=timedelta(hours=1), regained=timedelta(hours=1)
)
