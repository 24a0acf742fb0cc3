"""The minute's look at the clocks: what is at risk, breached or to be escalated is announced, once."""
