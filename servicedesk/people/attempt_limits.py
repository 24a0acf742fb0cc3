"""Which limits hold for whom: signing in, asking for a new password, saying the old one."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from servicedesk.attempts import counting, devices, limits, places, visitor
from servicedesk.attempts.counting import Counted, TooManyTries
from servicedesk.people import addresses
from servicedesk.people.models import User


@dataclass(frozen=True)
class Attempt:
    """One try that was taken; what `starts_anew` counted is forgotten when it was right."""

    counted: tuple[Counted, ...]
    starts_anew: Counted

    def was_right(self) -> None:
        """Raises nothing: others may have counted meanwhile."""
        counting.forget(self.starts_anew)
        counting.give_back([one for one in self.counted if one != self.starts_anew])


def sign_in(request: HttpRequest, email: str) -> Attempt:
    """A try to sign in, counted before the password is looked at.

    A device on which the account signed in before has a limit of its own, and nobody else's tries slow it
    down; an address from which it did is spared those from elsewhere.

    Raises:
        TooManyTries: this account, this address or both together have to wait.
    """
    account, address = _account(email), visitor.address(request)
    if device := devices.known(request, account):
        own = (limits.SIGN_IN_ON_DEVICE, f"{account} {device}")
        return _taken(own)
    together = (limits.SIGN_IN_THERE, f"{account} {address}")
    from_here = (_at(request, limits.SIGN_IN_FROM_ADDRESS, limits.SIGN_IN_FROM_PROXY), address)
    if places.is_known(account, address):
        return _taken(together, from_here)
    return _taken(together, (limits.SIGN_IN_TO_ACCOUNT, account), from_here)


def remember(request: HttpRequest, response: HttpResponse, person: User) -> None:
    """Who came in here, by password or by a mailed link, may come in here again while others guess."""
    account = str(person.pk)
    devices.remember(request, response, account)
    if not visitor.is_unknown_proxy(request):
        places.remember(account, visitor.address(request))


def new_password_chosen(request: HttpRequest, person: User) -> None:
    """Whoever reads the account's mail need not wait for the end of what others tried."""
    account, address = str(person.pk), visitor.address(request)
    counting.forget(
        (limits.SIGN_IN_THERE, f"{account} {address}"),
        (limits.SIGN_IN_TO_ACCOUNT, account),
        (limits.OLD_PASSWORD, account),
        (limits.RESET_MAIL, account),
    )


def ask_for_reset(request: HttpRequest, email: str) -> None:
    """Raises: TooManyTries: too many were asked for from here, whether the accounts exist or not."""
    account, address = _account(email), visitor.address(request)
    if device := devices.known(request, account):
        counting.take([(limits.RESET_ON_DEVICE, device)])
    else:
        counting.take([(_at(request, limits.RESET_FROM_ADDRESS, limits.RESET_FROM_PROXY), address)])


def may_be_mailed(person: User) -> bool:
    """Whether a link may be sent now; asking counts as sending."""
    try:
        counting.take([(limits.RESET_MAIL, str(person.pk))])
    except TooManyTries:
        return False
    return True


def old_password(person: User) -> Attempt:
    """Raises: TooManyTries: it was guessed too often; whoever holds the session has to wait."""
    return _taken((limits.OLD_PASSWORD, str(person.pk)))


def _taken(first: Counted, *others: Counted) -> Attempt:
    counting.take([first, *others])
    return Attempt((first, *others), starts_anew=first)


def _at(request: HttpRequest, usual: limits.Limit, for_proxy: limits.Limit) -> limits.Limit:
    return for_proxy if visitor.is_unknown_proxy(request) else usual


def _account(email: str) -> str:
    """One name for every spelling and address of a person; of nobody, the spelling."""
    owner = addresses.owner(email)
    return str(owner.person.pk) if owner else addresses.spelled(email)
