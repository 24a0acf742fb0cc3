"""People who become known by the mail they wrote."""

from __future__ import annotations

import structlog
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from servicedesk.intake import email
from servicedesk.intake.email import MailResult
from servicedesk.mail.models import RawMail
from servicedesk.people.models import Client, Membership, User
from servicedesk.tickets.errors import NotPermitted, TicketError

log = structlog.get_logger("servicedesk.contacts")


def make_known(raw_mail: RawMail, *, client: Client, full_name: str, by: User) -> MailResult:
    """Make the unknown sender a contact of the client, without a password, and take the mail in again.

    Call it outside a transaction: the person stays even when the mail is refused once more.

    Raises:
        NotPermitted: only agents and administrators make people known.
        TicketError: the mail does not wait for its sender, or its address cannot be a person's.
    """
    if not (by.is_agent or by.is_superuser):
        raise NotPermitted(_("Only agents and administrators add contacts."))
    with transaction.atomic():
        row = RawMail.objects.select_for_update().get(pk=raw_mail.pk)
        address = _address_of(row)
        person = User.objects.create_user(address, full_name=full_name.strip())
        Membership.objects.create(client=client, user=person)
    log.info("contact added", contact=person.pk, client=client.pk, mail=row.pk, by=by.pk)
    return email.retry(row)


def waits_for_its_sender(raw_mail: RawMail) -> bool:
    """Nobody with this address was known when the mail was gone through last."""
    is_waiting = raw_mail.result == RawMail.Result.QUARANTINED
    return is_waiting and raw_mail.reason == RawMail.Reason.UNKNOWN_SENDER


def _address_of(row: RawMail) -> str:
    address = row.from_address
    if not waits_for_its_sender(row):
        raise TicketError(_("This mail does not wait for its sender any more."))
    if User.objects.filter(email__iexact=address).exists():
        raise TicketError(_("%(address)s is known by now. Take the mail in again.") % {"address": address})
    try:
        validate_email(address)
    except ValidationError as error:
        raise TicketError(
            _("“%(address)s” is not an e-mail address of a person.") % {"address": address}
        ) from error
    return address
