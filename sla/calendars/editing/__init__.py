"""A calendar's definition while it is written: hours, exceptions, pasted lists, iCalendar files. Pure."""
