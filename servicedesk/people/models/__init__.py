"""Who is who: people, client companies, and the groups of the desk."""

from servicedesk.people.models.absence import Absence, AbsenceQuerySet
from servicedesk.people.models.address import Address
from servicedesk.people.models.company import Client, ClientQuerySet, Membership
from servicedesk.people.models.group import Group, GroupMembership, GroupQuerySet
from servicedesk.people.models.person import User, UserManager, UserQuerySet
from servicedesk.people.models.zones import known_time_zone

__all__ = [
    "Absence",
    "AbsenceQuerySet",
    "Address",
    "Client",
    "ClientQuerySet",
    "Group",
    "GroupMembership",
    "GroupQuerySet",
    "Membership",
    "User",
    "UserManager",
    "UserQuerySet",
    "known_time_zone",
]
