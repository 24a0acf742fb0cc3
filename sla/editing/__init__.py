"""Calendars while they are written: typed hours, days, pasted lists, iCalendar files, drafts."""
