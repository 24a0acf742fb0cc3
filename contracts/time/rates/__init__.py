"""Rate classes: what an hour takes by night, weekend, holiday, urgency and kind of work."""
