"""Headers of mails: read with patience, written in one place."""
