"""Working calendars: the year and its exceptions, drafts, publishing; and their screens."""
