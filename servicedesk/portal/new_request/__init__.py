"""A new request in three steps on one page: the service, what exactly, the details."""
