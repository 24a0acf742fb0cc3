"""From a schedule to mails and an archive, exactly once a period."""
