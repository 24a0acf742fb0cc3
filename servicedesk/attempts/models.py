"""What was tried how often. Whose password it was is kept as a digest only."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Tries(models.Model):
    """Tries of one kind by one subject that were not forgiven; a row is swept when it is forgotten."""

    name = models.CharField(max_length=64, primary_key=True, editable=False)  # a digest of kind and subject
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(default=timezone.now)
    free_at = models.DateTimeField(default=timezone.now)  # the next one is refused before this moment

    class Meta:
        indexes = [models.Index(fields=["last_at"], name="tries_to_forget")]

    def __str__(self) -> str:
        return f"{self.count} until {self.last_at}"


class KnownPlace(models.Model):
    """An address from which an account has signed in rightly."""

    name = models.CharField(
        max_length=64, primary_key=True, editable=False
    )  # a digest of account and address
    last_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["last_at"], name="known_place_to_forget")]

    def __str__(self) -> str:
        return f"until {self.last_at}"
