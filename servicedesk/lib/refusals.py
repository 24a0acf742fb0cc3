"""The base of everything the product refuses with a sentence; screens answer 409 with it."""


class Refusal(Exception):
    """A rule says no; `str(error)` may be shown to the person who asked."""
