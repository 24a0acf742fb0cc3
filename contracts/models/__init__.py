"""Contracts, why a ticket is covered, time worked, and the hours it used."""

from catalog.models import AtZero
from contracts.models.contract import SLOTS, Contract, ContractQuerySet, Rounding, Silence
from contracts.models.coverage import Coverage
from contracts.models.hours import (
    MINUTES_A_DAY,
    LedgerEntry,
    LedgerEntryQuerySet,
    LedgerIsAppendOnly,
    TimeEntry,
    TimeEntryQuerySet,
)
from contracts.models.keeping import ContractDocument, HoursAlert, IntakeRule, RunningTimer, TimesheetWeek
from contracts.models.offers import Estimate, HoursOffer
from contracts.models.rates import RateClass
from contracts.models.versions import ContractVersion

__all__ = [
    "MINUTES_A_DAY",
    "SLOTS",
    "AtZero",
    "Contract",
    "ContractDocument",
    "ContractQuerySet",
    "ContractVersion",
    "Coverage",
    "Estimate",
    "HoursAlert",
    "HoursOffer",
    "IntakeRule",
    "LedgerEntry",
    "LedgerEntryQuerySet",
    "LedgerIsAppendOnly",
    "RateClass",
    "Rounding",
    "RunningTimer",
    "Silence",
    "TimeEntry",
    "TimeEntryQuerySet",
    "TimesheetWeek",
]
