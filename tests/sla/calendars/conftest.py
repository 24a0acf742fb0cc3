"""An administrator at the screens of calendars."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from servicedesk.people.models import User
from sla.calendars import drafts
from sla.models import Calendar, CalendarDraft
from tests.factories import UserFactory


@pytest.fixture
def administrator(db: None) -> User:
    return UserFactory(is_superuser=True, full_name="Ada Stone")


@pytest.fixture
def browser(administrator: User) -> Browser:
    browser = Browser()
    browser.force_login(administrator)
    return browser


@pytest.fixture
def draft(calendar: Calendar, administrator: User) -> CalendarDraft:
    return drafts.draft_of(calendar, administrator)
