"""Whose address is this: the one place that answers it, and that gives and takes addresses.

A person signs in, and is written to, with `User.email`; `Address` holds what else they write from. An
address has one owner, whichever of the two it is. Each table refuses doubles by itself; between the two
whoever gives an address holds the row of the first person until the end of the transaction, so that
addresses are given one at a time. Callers need their own transaction only for what else they write.
"""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import parseaddr
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from servicedesk.lib.refusals import Refusal
from servicedesk.people.models import Address, User

LONGEST = 254


class AddressRefused(Refusal):
    """The address cannot be given, or not be changed like this; the text says why."""


class Owner(NamedTuple):
    """`is_active`: neither the address nor its person is switched off."""

    person: User
    is_active: bool


def spelled(email: str) -> str:
    """The one spelling in which addresses are compared."""
    return email.strip().lower()


def owner(email: str) -> Owner | None:
    """Whose address this is, in any spelling; one statement."""
    return owners([email]).get(spelled(email))


def owners(emails: Iterable[str]) -> dict[str, Owner]:
    """The owners of those that somebody has, by the spelling of `spelled`; one statement."""
    wanted = {spelled(email) for email in emails}
    rows = User.objects.filter(pk__in=holders(wanted)).annotate(
        other_email=F("addresses__email"), other_is_active=F("addresses__is_active")
    )
    found: dict[str, Owner] = {}
    for row in rows:  # one for each further address
        if row.other_email and (other := spelled(row.other_email)) in wanted:
            found.setdefault(other, Owner(row, row.is_active and row.other_is_active))
        if (own := spelled(row.email)) in wanted:
            found[own] = Owner(row, row.is_active)
    return found


def holders(emails: Iterable[str]) -> QuerySet[Any]:
    """Keys of the people who have one of these addresses, switched on or off; to be used as a part of a
    statement, served by the indexes of both tables."""
    wanted = {spelled(email) for email in emails}
    rows: tuple[QuerySet[Any], ...] = (User.objects.order_by(), Address.objects.order_by())
    main, further = (one.annotate(lower=Lower("email")).filter(lower__in=wanted) for one in rows)
    keys: QuerySet[Any] = main.values("pk").union(further.values("user"))
    return keys


@transaction.atomic
def new_person(email: str, **fields: Any) -> User:
    """Make somebody who has no password yet and signs in with this address.

    Raises:
        AddressRefused: it is no address, the desk's own, or somebody's.
    """
    _one_at_a_time()
    return User.objects.create_user(free(email), **fields)


@transaction.atomic
def add(person: User, email: str) -> Address:
    """Give them a further address, switched on.

    Raises:
        AddressRefused: it is no address, the desk's own, or somebody's.
    """
    _one_at_a_time()
    address = Address(user=person, email=free(email, person))
    try:
        with transaction.atomic():
            address.save(force_insert=True)
    except IntegrityError as error:  # written past this module
        raise AddressRefused(_("This address is already in use.")) from error
    return address


def switch(address: Address, is_active: bool) -> None:
    """Mail from an address that is switched off waits until somebody of the desk settles it."""
    Address.objects.filter(pk=address.pk).update(is_active=is_active)


def remove(address: Address) -> None:
    """Nobody has it any more; what was written from it stays."""
    Address.objects.filter(pk=address.pk).delete()


@transaction.atomic
def make_primary(address: Address) -> User:
    """Let them sign in with this address from now on; the main one so far becomes a further one.

    Links for a new password that were sent before stop working.

    Raises:
        AddressRefused: the address was removed meanwhile, or is switched off.
    """
    _one_at_a_time()
    row = Address.objects.select_for_update().select_related("user").order_by().filter(pk=address.pk).first()
    if row is None:
        raise AddressRefused(_("This address was removed meanwhile."))
    if not row.is_active:
        raise AddressRefused(_("Activate the address first."))
    person = row.user
    person.email, row.email = row.email, person.email
    row.save(update_fields=["email"])
    person.save(update_fields=["email"])
    return person


def free(email: str, person: User | None = None) -> str:
    """Return the address as it is stored if it can be given to the person, or to somebody new; one statement.

    What is kept later may be refused all the same.

    Raises:
        AddressRefused: it is no address, the desk's own, or somebody's.
    """
    address: str = User.objects.normalize_email(email.strip())
    try:
        validate_email(address)
    except ValidationError as error:
        raise AddressRefused(
            _("“%(address)s” is not an e-mail address of a person.") % {"address": address}
        ) from error
    if len(address) > LONGEST:
        raise AddressRefused(_("An address has at most %(n)s characters.") % {"n": LONGEST})
    if _without_plus(address) in _of_the_desk():
        raise AddressRefused(
            _("%(address)s is an address of the desk itself: this would cause a mail loop.")
            % {"address": address}
        )
    if taken := owner(address):
        raise AddressRefused(_whose(address, taken.person, person))
    return address


def _of_the_desk() -> set[str]:
    own = (settings.DEFAULT_FROM_EMAIL, settings.SERVER_EMAIL, settings.MAIL_REPLY_ADDRESS)
    return {_without_plus(parseaddr(one)[1]) for one in own} - {""}


def _without_plus(address: str) -> str:
    """“desk+anything@…” arrives where “desk@…” does."""
    local, at, domain = spelled(address).rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def _whose(address: str, has_it: User, person: User | None) -> str:
    values = {"address": address, "person": has_it, "main": has_it.email}
    if person is not None and has_it.pk == person.pk:
        return _("%(person)s has this address already.") % values
    if spelled(has_it.email) == spelled(address):
        return _("%(address)s belongs to %(person)s.") % values
    return _("%(address)s is a further address of %(person)s, whose main address is %(main)s.") % values


def _one_at_a_time() -> None:
    """Rows of two tables have no common constraint. SQLite lets one transaction write at a time anyway."""
    list(User.objects.select_for_update(no_key=True).order_by("pk").values_list("pk")[:1])
