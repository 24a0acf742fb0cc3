"""Copies of companies and of tickets with all their rows, made by the database: one statement a table.

A copy of a row has its key plus a multiple of the table's stride, and so has every key in it that points to
another copied row; so copies point to copies. Generation 1 copies each ticket once, generation 2 once more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection
from django.db.models import DateField, DateTimeField, ForeignKey, Max, Min, Model
from viewflow.workflow.models import Process, Task

from benchmarks import bare_tables
from contracts.models import Contract, ContractVersion, LedgerEntry
from servicedesk.mail.models import OutgoingMail, RawMail
from servicedesk.people.models import Client, Membership, User
from servicedesk.tickets.models import Message, Participant, Ticket, TicketEvent
from servicedesk.tickets.statuses import Status
from sla.models import StepClock

COMPANY: tuple[type[Model], ...] = (Client, User, Membership, Contract, ContractVersion)
STAFF = "@quayside.example"
MANY = 20_000  # tickets, from which on it pays to build indexes at the end


@dataclass(frozen=True)
class Wanted:
    """How many tickets, how many of them open, of how many copies of the companies, over how many weeks."""

    total: int
    open: int
    copies: int
    weeks: int


@dataclass(frozen=True)
class Strides:
    """How far the copies of a table are from each other; `first_contact` is the first key not of the desk."""

    of: dict[type[Model], int]
    first_contact: int


def companies(copies: int) -> Strides:
    """Every company `copies` times, with its people and its contract."""
    contacts = User.objects.filter(memberships__isnull=False)
    first = contacts.aggregate(first=Min("pk"))["first"]
    strides = Strides({model: _most(model) for model in COMPANY}, first)
    _run("CREATE TEMPORARY TABLE bench_copy (copy integer)")
    _run("INSERT INTO bench_copy VALUES (0)" + "".join(f", ({number})" for number in range(1, copies)))
    for model in COMPANY:
        columns = {field.column: _of_company(model, field, strides) for field in _fields(model)}
        chosen = f" AND t.id >= {strides.first_contact}" if model is User else ""
        _insert(model, columns, f"JOIN bench_copy g ON g.copy > 0{chosen}", "g.copy, t.id")
    _reset_sequences(COMPANY)
    return strides


def _of_company(model: type[Model], field: Any, strides: Strides) -> str:
    """One column of a copied company, person or contract."""
    own = f't."{field.column}"'
    if field.primary_key:
        return f"{own} + g.copy * {strides.of[model]}"
    if isinstance(field, ForeignKey):
        return _pointing(field, strides, own, "g.copy")
    if (model, field.name.removesuffix("_key")) in {(Client, "name"), (Contract, "number")}:
        return f"{own} || ' ' || g.copy"
    return f"'c' || g.copy || '.' || {own}" if (model, field.name) == (User, "email") else own


def tickets(wanted: Wanted, of_companies: Strides) -> None:
    """Copies, until there are as many tickets as wanted."""
    models = _models()
    strides = Strides(of_companies.of | {model: _most(model) for model in models}, of_companies.first_contact)
    is_many = wanted.total >= MANY
    _choose(wanted)
    with bare_tables.bare([model._meta.db_table for model in models], is_many=is_many):
        for model in models:
            _note_roots(model)
        for model in models:
            columns = {field.column: _of_ticket(model, field, strides) for field in _fields(model)}
            joins = (
                f"JOIN bench_{model._meta.db_table} r ON r.id = t.id "
                "JOIN bench_chosen c ON c.ticket = r.root JOIN bench_gen g ON g.g <= c.last_g"
            )
            _insert(model, columns, joins, "g.g, t.id")
        _add_up_hours()
    _reset_sequences(models)
    bare_tables.tidy()


def _choose(wanted: Wanted) -> None:
    """How often each ticket is copied; and each generation's client and age."""
    is_over = Ticket.objects.filter(status__in=Status.finished()).order_by("pk")
    over = list(is_over.values_list("pk", flat=True))
    still_open = list(Ticket.objects.open().order_by("pk").values_list("pk", flat=True))
    opened = max(0, wanted.open - len(still_open))
    finished = wanted.total - len(over) - len(still_open) - opened
    rows = [*_often(still_open, opened, 0), *_often(over, finished, 1)]
    last = max((last_g for _pk, last_g, _old in rows), default=0)
    rows.append((0, last, 1))  # what belongs to a contract and to no ticket
    _run("CREATE TEMPORARY TABLE bench_chosen (ticket bigint PRIMARY KEY, last_g integer, old integer)")
    _run("INSERT INTO bench_chosen VALUES " + ", ".join(map(str, rows)))
    _run("CREATE TEMPORARY TABLE bench_gen (g integer, copy integer, weeks integer)")
    gens = [(g, g % wanted.copies, (last - g + 1) * wanted.weeks // last) for g in range(1, last + 1)]
    if gens:
        _run("INSERT INTO bench_gen VALUES " + ", ".join(map(str, gens)))


def _often(keys: list[int], copies: int, old: int) -> Iterator[tuple[int, int, int]]:
    """So that there are that many copies of them altogether."""
    each, more = divmod(copies, len(keys)) if keys else (0, 0)
    for place, key in enumerate(keys):
        yield key, each + (place < more), old


def _models() -> list[type[Model]]:
    """Tickets, processes and whatever points to them, in an order in which each comes after its cause."""
    found: list[type[Model]] = [Ticket, Process, Task]
    known = [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]
    while more := [model for model in known if model not in found and _cause(model, found)]:
        found += more
    # The runs say which ticket a process is of.
    run = apps.get_model("workflows", "TicketRun")
    return [Ticket, run, Process, Task, *(one for one in found if one not in {Ticket, run, Process, Task})]


def _cause(model: type[Model], among: list[type[Model]]) -> Any:
    """The field that says to which of these a row belongs: the ticket itself first."""
    fields = [field for field in _fields(model) if isinstance(field, ForeignKey) and _target(field) in among]
    fields = [field for field in fields if _target(field) is not model]
    return next((field for field in fields if _target(field) is Ticket), fields[0] if fields else None)


def _note_roots(model: type[Model]) -> None:
    """A table of the keys and the tickets they belong to."""
    table, run = model._meta.db_table, "workflows_ticketrun"
    if model is Ticket:
        query = f'SELECT id, id AS root FROM "{table}"'
    elif model is Process:
        query = f"SELECT process_id AS id, ticket_id AS root FROM {run}"
    elif model is LedgerEntry:
        query = (
            'SELECT l.id, COALESCE(l.ticket_id, e.ticket_id, 0) AS root FROM "contracts_ledgerentry" l '
            'LEFT JOIN "contracts_timeentry" e ON e.id = l.time_entry_id'
        )
    else:
        cause = _cause(model, _models())
        parent = f"bench_{_target(cause)._meta.db_table}"
        query = f'SELECT t.id, p.root FROM "{table}" t JOIN {parent} p ON p.id = t."{cause.column}"'
    _run(f"CREATE TEMPORARY TABLE bench_{table} AS {query}")


def _of_ticket(model: type[Model], field: Any, strides: Strides) -> str:
    """One column of a copied row."""
    own = f't."{field.column}"'
    if field.primary_key:
        return f"{own} + g.g * {strides.of[model]}"
    if (model, field.name) in _SPECIAL:
        return _special(model, field.name, own, strides)
    if isinstance(field, ForeignKey):
        return _pointing(field, strides, own, "g.g")
    if isinstance(field, DateField):
        return _earlier(own, is_moment=isinstance(field, DateTimeField))
    return own


_SPECIAL = {
    (StepClock, "task"): "task",
    (TicketEvent, "details"): "details",
    (Participant, "email"): "address",
    (OutgoingMail, "to"): "address",
    (RawMail, "from_address"): "address",
    (Message, "message_id"): "message_id",
    (RawMail, "message_id"): "message_id",
    (RawMail, "sha256"): "digest",
    (OutgoingMail, "message_id"): "message_id",
    (OutgoingMail, "in_reply_to"): "message_id",
    (OutgoingMail, "references"): "message_id",
    (OutgoingMail, "dedupe_key"): "again",
    (OutgoingMail, "subject"): "number",
    (OutgoingMail, "text"): "number",
    (OutgoingMail, "html"): "number",
}


def _special(model: type[Model], name: str, own: str, strides: Strides) -> str:
    ticket = f"(t.ticket_id + g.g * {strides.of[Ticket]})" if model is not StepClock else ""
    return {
        "task": f"{own} + g.g * {strides.of[Task]}",
        "details": _details(own, strides) if model is TicketEvent else "",
        "address": f"CASE WHEN g.copy = 0 OR {own} = '' OR {own} LIKE '%{STAFF}' THEN {own} "
        f"ELSE 'c' || g.copy || '.' || {own} END",
        "message_id": f"replace({own}, '@', '.' || g.g || '@')",
        "digest": f"substr('0000000' || g.g, length('0000000' || g.g) - 7) || substr({own}, 9)",
        "again": f"{own} || '.' || g.g",
        "number": f"replace(replace({own}, 'SD-' || t.ticket_id, 'SD-' || {ticket}), "
        f"'/' || t.ticket_id || '/', '/' || {ticket} || '/')",
    }[_SPECIAL[model, name]]


def _details(own: str, strides: Strides) -> str:
    """History names the message or the time entry it tells of."""
    entry = apps.get_model("contracts", "TimeEntry")
    for name, model in (("message", Message), ("entry", entry)):
        far = f"g.g * {strides.of[model]}"
        if connection.vendor == "postgresql":
            read = f"(t.details->>'{name}')::bigint"
            new = f"jsonb_set(t.details, '{{{name}}}', to_jsonb({read} + {far}))"
            own = f"CASE WHEN jsonb_exists(t.details, '{name}') THEN {new} ELSE {own} END"
        else:
            read = f"json_extract(t.details, '$.{name}')"
            new = f"json_set(t.details, '$.{name}', {read} + {far})"
            own = f"CASE WHEN {read} IS NOT NULL THEN {new} ELSE {own} END"
    return own


def _pointing(field: ForeignKey[Any, Any], strides: Strides, own: str, times: str) -> str:
    """A key of another row: of its copy, if that is copied too."""
    target: Any = _target(field)
    if target is User:
        far = f"g.copy * {strides.of[User]}"
        return f"CASE WHEN {own} >= {strides.first_contact} THEN {own} + {far} ELSE {own} END"
    if target in COMPANY:
        return f"{own} + g.copy * {strides.of[target]}"
    return f"{own} + {times} * {strides.of[target]}" if target in strides.of else own


def _earlier(own: str, *, is_moment: bool) -> str:
    """Whole weeks, for what is over."""
    if connection.vendor == "postgresql":
        return f"({own} - c.old * g.weeks * interval '7 days')" + ("" if is_moment else "::date")
    day = f"date({own}, '-' || (7 * c.old * g.weeks) || ' days')"
    return f"{day} || substr({own}, 11)" if is_moment else day


def _add_up_hours() -> None:
    """Each balance follows from all entries of the contract before it."""
    _run(
        "UPDATE contracts_ledgerentry SET balance = told.sum FROM (SELECT id, "
        "round(SUM(hours) OVER (PARTITION BY contract_id ORDER BY id), 2) AS sum "
        "FROM contracts_ledgerentry) told "
        "WHERE told.id = contracts_ledgerentry.id AND told.sum <> contracts_ledgerentry.balance"
    )


def _most(model: type[Model]) -> int:
    return int(model._default_manager.order_by().aggregate(most=Max("pk"))["most"] or 0)


def _target(field: Any) -> type[Model]:
    model: type[Model] = field.related_model._meta.concrete_model
    return model


def _fields(model: type[Model]) -> list[Any]:
    return list(model._meta.local_concrete_fields)


def _insert(model: type[Model], columns: dict[str, str], joins: str, order: str) -> None:
    table = model._meta.db_table
    names = ", ".join(f'"{name}"' for name in columns)
    _run(
        f'INSERT INTO "{table}" ({names}) SELECT {", ".join(columns.values())} FROM "{table}" t {joins} '
        f"ORDER BY {order}"
    )


def _reset_sequences(models: Any) -> None:
    for statement in connection.ops.sequence_reset_sql(no_style(), models):
        _run(statement)


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
