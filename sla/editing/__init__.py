"""A calendar while it is edited: a year at a glance, pasted holidays, .ics."""
