"""Time worked: entries, the timer, and weeks as timesheets."""
