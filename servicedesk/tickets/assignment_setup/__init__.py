"""Setup of who gets a ticket: rules in their order, groups, a dry run."""
