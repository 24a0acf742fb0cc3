"""Time worked on tickets: entries, what they cost, rounding, timer, timesheets."""
