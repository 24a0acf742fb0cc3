"""People, companies, groups, sign-in, absences, and who sees what."""
