"""Contracts, why a ticket is covered, time worked, and the hours it used."""

from contracts.models.contract import SLOTS, AtZero, Contract, ContractQuerySet
from contracts.models.coverage import Coverage
from contracts.models.hours import (
    MINUTES_A_DAY,
    LedgerEntry,
    LedgerEntryQuerySet,
    LedgerIsAppendOnly,
    TimeEntry,
    TimeEntryQuerySet,
)

__all__ = [
    "MINUTES_A_DAY",
    "SLOTS",
    "AtZero",
    "Contract",
    "ContractQuerySet",
    "Coverage",
    "LedgerEntry",
    "LedgerEntryQuerySet",
    "LedgerIsAppendOnly",
    "TimeEntry",
    "TimeEntryQuerySet",
]
