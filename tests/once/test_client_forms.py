"""Each form of clients, of those who keep their contracts, and of reports that adds something: done once."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from catalog.models import Kind
from contracts.hours import estimates
from contracts.hours.offers import lifecycle as offers
from contracts.models import Contract, HoursOffer
from reports.delivery import sending as delivery
from reports.models import ReportRun, ReportSchedule
from servicedesk.notifications import links
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from tests.contracts.agreed import agreed, plan
from tests.desk.conftest import Cast, accepted
from tests.factories import ClientFactory, RequestTypeFactory, contact_of
from tests.once.table import Table
from tests.once.walking import Sent, Walker
from workflows import advance

pytestmark = pytest.mark.django_db
table = Table()


def office(cast: Cast) -> Walker:
    return Walker(cast.account_manager)


def victor(cast: Cast) -> User:
    return contact_of(cast.company, is_manager=True, full_name="Victor Kim")


def contract_of(cast: Cast) -> Contract:
    return Contract.objects.get(client=cast.company)


def resolved(cast: Cast) -> Ticket:
    ticket = accepted(cast.ticket(), cast.marta)
    advance.act(ticket, "resolve", by=cast.marta, solution="Done")
    return ticket


def at(name: str, *args: object) -> str:
    return reverse(name, args=args)


@table.form("clients:client-new")
def _(cast: Cast) -> Sent:
    return Walker(cast.admin).fills("clients:client-new", on=at("clients:client-new"), name="Port House")


@table.form("clients:contact-new")
def _(cast: Cast) -> Sent:
    page = at("clients:contact-new", cast.company.pk)
    typed = {"full_name": "Ann Lee", "email": "ann@client.example"}
    return office(cast).fills("clients:contact-new", cast.company.pk, on=page, **typed)


@table.form("clients:address-add")
def _(cast: Cast) -> Sent:
    member = cast.helen.memberships.get()
    page = at("clients:contact", cast.company.pk, member.pk)
    return office(cast).fills(
        "clients:address-add", cast.company.pk, member.pk, on=page, email="helen@home.example"
    )


@table.form("clients:contract-new")
def _(cast: Cast) -> Sent:
    company, kept = ClientFactory(account_manager=cast.account_manager), contract_of(cast)
    typed = {
        "name": "Gold", "number": "N-1", "starts_on": "2026-01-01", "ends_on": "2026-12-31",
        "policy": kept.policy_id, "calendar": kept.calendar_id,
    }  # fmt: skip
    return office(cast).fills(
        "clients:contract-new", company.pk, on=at("clients:contract-new", company.pk), **typed
    )


@table.form("clients:contract-terms")
def _(cast: Cast) -> Sent:
    contract = agreed(ClientFactory(account_manager=cast.account_manager))
    page = at("clients:contract-terms", contract.pk)
    return office(cast).fills("clients:contract-terms", contract.pk, on=page, name="Platinum", note="Grown")


@table.form("clients:version-withdraw")
def _(cast: Cast) -> Sent:
    contract = agreed(ClientFactory(account_manager=cast.account_manager))
    version = plan(contract, hourly_rate=Decimal(100))
    page = at("clients:contract", contract.pk)
    return office(cast).fills("clients:version-withdraw", contract.pk, version.pk, on=page)


@table.form("clients:rates")
def _(cast: Cast) -> Sent:
    contract = contract_of(cast)
    typed = {"rate_classes-0-name": "Night", "rate_classes-0-when": "night", "rate_classes-0-factor": "2"}
    return office(cast).fills("clients:rates", contract.pk, on=at("clients:rates", contract.pk), **typed)


@table.form("clients:renewals")
def _(cast: Cast) -> Sent:
    contract = contract_of(cast)
    Contract.objects.filter(pk=contract.pk).update(ends_on=date(2026, 1, 31))
    page = at("clients:renewals")
    prefix = f"contract-{contract.pk}"
    typed = {f"{prefix}-is_chosen": "on", f"{prefix}-number": "R-1", f"{prefix}-months": "12"}
    return office(cast).fills("clients:renewals", on=page, **typed)


@table.form("clients:purchase")
def _(cast: Cast) -> Sent:
    contract = contract_of(cast)
    return office(cast).fills(
        "clients:purchase", contract.pk, on=at("clients:purchase", contract.pk), hours="10", note="Bought"
    )


@table.form("clients:correction")
def _(cast: Cast) -> Sent:
    contract = contract_of(cast)
    typed = {"hours": "3", "reason": "Forgotten", "note": "Forgotten"}
    return office(cast).fills(
        "clients:correction", contract.pk, on=at("clients:correction", contract.pk), **typed
    )


@table.form("clients:offer")
def _(cast: Cast) -> Sent:
    contract = contract_of(cast)
    typed = {"hours": "25", "price": "2000"}
    return office(cast).fills("clients:offer", contract.pk, on=at("clients:offer", contract.pk), **typed)


@table.form("clients:offer-withdraw")
def _(cast: Cast) -> Sent:
    contract = contract_of(cast)
    offered = offers.offer(contract, Decimal(5), by=cast.account_manager)
    page = at("clients:contract", contract.pk)
    return office(cast).fills("clients:offer-withdraw", contract.pk, offered.pk, on=page)


class _Paper(SimpleUploadedFile):
    """A file that can be sent twice."""

    def read(self, *args: object) -> bytes:
        self.seek(0)
        return b"%PDF-1.7 The contract, signed."


@table.form("clients:document-add")
def _(cast: Cast) -> Sent:
    contract = contract_of(cast)
    page = at("clients:contract", contract.pk)
    paper = _Paper("signed.pdf", b"%PDF-1.7 The contract, signed.", content_type="application/pdf")
    return office(cast).fills("clients:document-add", contract.pk, on=page, file=paper)


@table.form("portal:new-request")
def _(cast: Cast) -> Sent:
    page = at("portal:new-request") + f"?type={cast.item.pk}"
    typed = {"subject": "The printer", "body": "It is dark."}
    return Walker(cast.helen).fills("portal:new-request", on=page, **typed)


@table.form("portal:request-reply")
def _(cast: Cast) -> Sent:
    ticket = cast.ticket()
    page = at("portal:request", ticket.pk)
    files = [_Paper("photo.pdf", b"%PDF-1.7 The contract, signed.")]
    return Walker(cast.helen).fills("portal:request-reply", ticket.pk, on=page, body="More", uploads=files)


@table.form("portal:request-solved")
def _(cast: Cast) -> Sent:
    ticket = resolved(cast)
    page = at("portal:request", ticket.pk)
    return Walker(cast.helen).fills("portal:request-solved", ticket.pk, on=page, solved="yes", rating="5")


@table.form("portal:answer")
def _(cast: Cast) -> Sent:
    ticket = resolved(cast)
    page = links.answer_url(ticket, cast.helen).removeprefix("http://testserver")
    token = page.rstrip("/").rpartition("/")[2]
    typed = {"solved": "no", "comment": "It is dark again."}
    return Walker(cast.helen).fills("portal:answer", token, on=page, **typed)


@table.form("portal:request-decision")
def _(cast: Cast) -> Sent:
    boss = victor(cast)
    item = RequestTypeFactory(kind=Kind.SERVICE_REQUEST, approvals=[{"who": "client_manager"}])
    ticket = cast.ticket(request_type=item)
    page = at("portal:request", ticket.pk)
    return Walker(boss).fills("portal:request-decision", ticket.pk, on=page, decision="approve")


@table.form("portal:request-estimate")
def _(cast: Cast) -> Sent:
    boss, ticket = victor(cast), accepted(cast.ticket(), cast.marta)
    estimate = estimates.offer(ticket, Decimal(6), by=cast.marta, note="Move the mail")
    page = at("portal:request", ticket.pk)
    return Walker(boss).fills("portal:request-estimate", ticket.pk, estimate.pk, on=page, decision="approve")


@table.form("portal:request-withdrawal")
def _(cast: Cast) -> Sent:
    ticket = cast.ticket()
    page = at("portal:request", ticket.pk)
    return Walker(cast.helen).fills("portal:request-withdrawal", ticket.pk, on=page, reason="It works")


@table.form("portal:ask-hours")
def _(cast: Cast) -> Sent:
    contract = contract_of(cast)
    page = at("portal:contract", contract.pk)
    return Walker(victor(cast)).fills("portal:ask-hours", contract.pk, on=page, hours="20", wish="The move")


@table.form("portal:answer-offer")
def _(cast: Cast) -> Sent:
    contract = contract_of(cast)
    offers.offer(contract, Decimal(5), by=cast.account_manager)
    offered, page = HoursOffer.objects.get(), at("portal:contract", contract.pk)
    return Walker(victor(cast)).fills(
        "portal:answer-offer", contract.pk, offered.pk, on=page, answer="accept"
    )


def schedule(cast: Cast) -> ReportSchedule:
    victor(cast)
    made = ReportSchedule(
        name="Monthly",
        kinds=["tickets"],
        formats=["csv"],
        client=cast.company,
        created_by=cast.account_manager,
    )
    made.plan(timezone.now())
    made.save()
    return made


@table.form("reports:schedule-new")
def _(cast: Cast) -> Sent:
    typed = {"name": "Weekly", "client": cast.company.pk, "extra_recipients": "boss@client.example"}
    return office(cast).fills("reports:schedule-new", on=at("reports:schedule-new"), **typed)


@table.form("reports:schedule")
def _(cast: Cast) -> Sent:
    kept = schedule(cast)
    return office(cast).fills("reports:schedule", kept.pk, on=at("reports:schedule", kept.pk), name="Other")


@table.form("reports:schedule-pause")
def _(cast: Cast) -> Sent:
    kept = schedule(cast)
    return office(cast).fills("reports:schedule-pause", kept.pk, on=at("reports:schedules"))


@table.form("reports:schedule-send")
def _(cast: Cast) -> Sent:
    kept = schedule(cast)
    return office(cast).fills("reports:schedule-send", kept.pk, on=at("reports:schedule-preview", kept.pk))


@table.form("reports:run-retry")
def _(cast: Cast) -> Sent:
    run = delivery.open_now(schedule(cast), timezone.now() - timedelta(days=1))
    ReportRun.objects.filter(pk=run.pk).update(state=ReportRun.State.FAILED)
    return office(cast).fills("reports:run-retry", run.pk, on=at("reports:archive"))


table.test(globals(), "clients:", "portal:", "reports:")
