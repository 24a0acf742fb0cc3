"""Forms that have done their work, and what was answered."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class SentForm(models.Model):
    """One filled-in form; written in the transaction of what it did, so that both are there or neither."""

    # A digest of the person, the address and the key.
    name = models.CharField(max_length=64, primary_key=True, editable=False)
    content = models.CharField(max_length=64)  # a digest of everything that was sent
    # A digest of the person, the address and the words: what the form of a page loaded anew has in common.
    words = models.CharField(max_length=64, default="")
    sent_at = models.DateTimeField(default=timezone.now)
    answer = models.JSONField(default=dict)  # `location`, `headers` and `messages` of the first answer

    class Meta:
        indexes = [
            models.Index(fields=["sent_at"], name="sent_forms_to_forget"),
            models.Index(
                fields=["words", "sent_at"], condition=~models.Q(words=""), name="sent_forms_of_same_words"
            ),
        ]

    def __str__(self) -> str:
        return self.name
