"""People who become known by the mail they wrote."""

from __future__ import annotations

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from servicedesk.intake.email import mail_processing
from servicedesk.intake.email.mail_processing import MailResult
from servicedesk.mail.models import RawMail
from servicedesk.people import addresses
from servicedesk.people.models import Client, Membership, User
from servicedesk.tickets.errors import NotPermitted, TicketError

log = structlog.get_logger("servicedesk.contacts")


def make_known(raw_mail: RawMail, *, client: Client, full_name: str, by: User) -> MailResult:
    """Make the unknown sender a contact of the client, without a password, and take the mail in again.

    Call it outside a transaction: the person stays even when the mail is refused once more.

    Raises:
        NotPermitted: only agents and administrators make people known.
        TicketError: the mail does not wait for its sender.
        AddressRefused: its address cannot be a person's.
    """
    _refuse_others(by)
    with transaction.atomic():
        row, address = _waiting(raw_mail)
        person = addresses.new_person(address, full_name=full_name.strip())
        Membership.objects.create(client=client, user=person)
    log.info("contact added", contact=person.pk, client=client.pk, mail=row.pk, by=by.pk)
    return mail_processing.retry(row)


def recognise(raw_mail: RawMail, *, contact: User, by: User) -> MailResult:
    """Give the unknown sender's address to a contact who is known, and take the mail in again.

    Call it outside a transaction: the address stays even when the mail is refused once more.

    Raises:
        NotPermitted: only agents and administrators say who wrote.
        TicketError: the mail does not wait for its sender, or the person is no contact (any more).
        AddressRefused: the address cannot be a person's.
    """
    _refuse_others(by)
    with transaction.atomic():
        row, address = _waiting(raw_mail)
        if not is_contact(contact):
            raise TicketError(_("%(person)s is not a contact of a client.") % {"person": contact})
        addresses.add(contact, address)
    log.info("address added", contact=contact.pk, mail=row.pk, by=by.pk)
    return mail_processing.retry(row)


def is_contact(person: User) -> bool:
    """Nobody of the desk: whoever writes as one of those answers clients."""
    belongs = person.memberships.filter(is_active=True, client__is_active=True)
    return person.is_active and not person.is_staff and belongs.exists()


def waits_for_its_sender(raw_mail: RawMail) -> bool:
    """Nobody with this address was known when the mail was gone through last."""
    is_waiting = raw_mail.result == RawMail.Result.QUARANTINED
    return is_waiting and raw_mail.reason == RawMail.Reason.UNKNOWN_SENDER


def _refuse_others(by: User) -> None:
    if not (by.is_agent or by.is_superuser):
        raise NotPermitted(_("Only agents and administrators add contacts."))


def _waiting(raw_mail: RawMail) -> tuple[RawMail, str]:
    """The locked row and its sender's address."""
    row = RawMail.objects.select_for_update().get(pk=raw_mail.pk)
    address = row.from_address
    if not waits_for_its_sender(row):
        raise TicketError(_("The sender of this mail is already identified."))
    if addresses.owner(address):
        raise TicketError(_("%(address)s is already known. Reprocess the mail.") % {"address": address})
    return row, address
