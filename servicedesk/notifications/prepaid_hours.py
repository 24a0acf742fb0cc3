"""Mails about prepaid hours: asked for, offered, bought, running out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from contracts import formats as contract_formats
from contracts.events import About, ContractEvent
from contracts.hours import ledger
from contracts.models import Contract, Coverage, HoursAlert, HoursOffer
from servicedesk.lib import formatting
from servicedesk.notifications import links, queueing
from servicedesk.notifications.notices.event_notices import Notice
from servicedesk.notifications.queueing import Written
from servicedesk.people import still_active
from servicedesk.people.models import User

KIND = "hours"


def on_contract_event(event: ContractEvent, about: About) -> None:
    """A row in the outbox for each person who must know, in the same transaction."""
    if isinstance(about, Coverage):
        _ask_manager(about)
        return
    contract = about.contract
    for person in _readers(event, contract):
        with override(_language(person, contract)):
            _mail(event, about, contract, person)


def _ask_manager(coverage: Coverage) -> None:
    """A request that no contract covers: the account manager decides what becomes of it."""
    ticket = coverage.ticket
    manager = ticket.client.account_manager
    for person in still_active.present(manager) or (still_active.administrators() if manager else []):
        language = person.language or settings.LANGUAGE_CODE
        with override(language):
            page = links.page_url(ticket, person)
            write = partial(_asked_manager, coverage, page, _instead(person, manager))
            _send(write, person, ticket.subject, page, language)


def _asked_manager(coverage: Coverage, page: str, why: list[str]) -> Notice:
    ticket = coverage.ticket
    told = {"number": ticket.reference, "client": ticket.client.name, "reason": coverage.reason_text}
    line = _("%(client)s has opened %(number)s, which no contract covers. %(reason)s") % told
    return Notice(ticket.subject, [line, *why], links=[(_("Open the ticket"), page)])


def _instead(person: User, *managers: User | None) -> list[str]:
    """Why an administrator is told: the managers who were meant have left."""
    left = [one for one in managers if one is not None and not one.is_active]
    if not left or not person.is_superuser or still_active.present(*managers):
        return []
    said = _("You are notified because %(person)s, the account manager, does not work here any more.")
    return [said % {"person": left[0]}]


def _readers(event: ContractEvent, contract: Contract) -> list[User]:
    ours, theirs = _account_manager(contract), _client_managers(contract)
    match event:
        case ContractEvent.ASKED | ContractEvent.ACCEPTED | ContractEvent.DECLINED:
            return ours
        case ContractEvent.OFFERED:
            return theirs
    return [*ours, *theirs]


def _account_manager(contract: Contract) -> list[User]:
    """Who is active; the administrators when whoever was named has left."""
    person = contract.responsible_manager
    if person is None and (contract.account_manager or contract.client.account_manager):
        return still_active.administrators()
    return [person] if person else []


def _client_managers(contract: Contract) -> list[User]:
    return list(still_active.managers_of(contract.client))


def _language(person: User, contract: Contract) -> str:
    return person.language or (settings.LANGUAGE_CODE if person.is_staff else contract.client.language)


def _mail(event: ContractEvent, about: HoursOffer | HoursAlert, contract: Contract, person: User) -> None:
    view = "clients:contract" if person.is_staff else "portal:contract"
    page = settings.BASE_URL + reverse(view, args=[contract.pk])
    write = partial(_notice, event, about, page, person)
    _send(write, person, contract.name, page, _language(person, contract))


def _notice(event: ContractEvent, about: HoursOffer | HoursAlert, page: str, person: User) -> Notice:
    contract = about.contract
    notice = Notice(_SUBJECTS[event]() % {"contract": contract.name}, _lines(event, about))
    if person.is_staff:
        notice.lines += _instead(person, contract.account_manager, contract.client.account_manager)
    notice.words = _words(event, about)
    notice.links.append((_("Open the contract"), page))
    return notice


def _send(write: Callable[[], Notice], person: User, about: str, page: str, language: str) -> None:
    def written() -> Written:
        notice = write()
        context = {"notice": notice, "company_name": settings.COMPANY_NAME}
        text = render_to_string("notifications/hours.txt", context)
        return Written(notice.subject, text, render_to_string("notifications/notice.html", context))

    queueing.send(written, to=person.email, about=about, kind=KIND, language=language, page=page)


def _lines(event: ContractEvent, about: HoursOffer | HoursAlert) -> list[str]:
    contract = about.contract
    told = {"client": contract.client.name, "contract": f"{contract.name} ({contract.number})"}
    if isinstance(about, HoursAlert):
        left, reserved = ledger.last(contract)
        told |= {"percent": str(about.percent), "left": contract_formats.hours(left)}
        lines = [
            _("More than %(percent)s %% of the hours of %(contract)s are used; %(left)s h are left.") % told
        ]
        if reserved:
            lines.append(
                _("%(reserved)s h more are reserved.") % {"reserved": contract_formats.hours(reserved)}
            )
        return lines
    told |= {"hours": contract_formats.hours(about.hours), "person": str(_person(event, about))}
    lines = [_SENTENCES[event]() % told]
    if event == ContractEvent.OFFERED and about.price is not None:
        price = {"price": f"{formatting.hours(about.price)} {contract.currency}"}
        lines.append(_("Price: %(price)s.") % price)
    if event == ContractEvent.OFFERED and about.expires_on:
        lines.append(_("They are valid to %(day)s.") % {"day": contract_formats.day(about.expires_on)})
    return lines


def _person(event: ContractEvent, offer: HoursOffer) -> User | None:
    return {ContractEvent.ASKED: offer.asked_by, ContractEvent.OFFERED: offer.offered_by}.get(
        event, offer.decided_by
    )


def _words(event: ContractEvent, about: HoursOffer | HoursAlert) -> str:
    if isinstance(about, HoursAlert):
        return ""
    return {
        ContractEvent.ASKED: about.wish,
        ContractEvent.OFFERED: about.note,
        ContractEvent.DECLINED: about.reason,
    }.get(event, "")


_SUBJECTS: dict[ContractEvent, Callable[[], str]] = {
    ContractEvent.ASKED: lambda: _("Hours requested: %(contract)s"),
    ContractEvent.OFFERED: lambda: _("Offer of hours: %(contract)s"),
    ContractEvent.ACCEPTED: lambda: _("Hours bought: %(contract)s"),
    ContractEvent.DECLINED: lambda: _("Offer declined: %(contract)s"),
    ContractEvent.RUNNING_OUT: lambda: _("Hours running low: %(contract)s"),
}
_SENTENCES: dict[ContractEvent, Callable[[], str]] = {
    ContractEvent.ASKED: lambda: _("%(person)s of %(client)s requests %(hours)s hours under %(contract)s."),
    ContractEvent.OFFERED: lambda: _("%(person)s offers you %(hours)s hours under %(contract)s."),
    ContractEvent.ACCEPTED: lambda: _(
        "%(person)s of %(client)s has bought %(hours)s hours under %(contract)s."
    ),
    ContractEvent.DECLINED: lambda: _(
        "%(person)s of %(client)s has declined the %(hours)s hours under %(contract)s."
    ),
}
