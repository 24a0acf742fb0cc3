"""The conversation: messages and what is attached to them."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import User
from servicedesk.tickets.models.choices import Channel
from servicedesk.tickets.models.ticket import Ticket


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User) -> MessageQuerySet:
        """Clients read public messages; staff also internal ones; personal ones their two people."""
        if not user.is_staff:
            return self.filter(visibility=Message.Visibility.PUBLIC)
        personal = models.Q(visibility=Message.Visibility.PERSONAL)
        theirs = models.Q(author=user) | models.Q(addressee=user)
        return self.filter(~personal | theirs)


class Message(models.Model):
    """One turn of the conversation. Append-only."""

    class Side(models.TextChoices):
        CLIENT = "client", _("Client")
        STAFF = "staff", _("Staff")
        AUTO = "auto", _("Automatic")

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("Public")
        INTERNAL = "internal", _("Internal")
        PERSONAL = "personal", _("Personal")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="messages", db_index=False)
    author = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="messages", verbose_name=_("author")
    )
    side = models.CharField(max_length=6, choices=Side)
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.PUBLIC)
    addressee = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="addressed_messages"
    )
    body = models.TextField(_("text"))
    quoted = models.TextField(blank=True, help_text=_("Quoted text of the mail, folded on screen."))
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.PORTAL)
    message_id = models.CharField(
        max_length=998, blank=True, help_text=_("RFC 5322 Message-ID, for threading.")
    )
    sent_at = models.DateTimeField(default=timezone.now)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["sent_at", "pk"]
        indexes = [
            models.Index(fields=["ticket", "sent_at"], name="message_conversation"),
            # which ticket a mail answers
            models.Index(fields=["message_id"], condition=~models.Q(message_id=""), name="message_thread"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(visibility="personal") | models.Q(addressee=None),
                name="message_only_personal_has_addressee",
            ),
            # A client cannot write what clients cannot read.
            models.CheckConstraint(
                condition=~models.Q(side="client") | models.Q(visibility="public"),
                name="message_of_client_is_public",
            ),
        ]

    def __str__(self) -> str:
        return self.body[:60]


class Attachment(models.Model):
    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    file = models.FileField(upload_to="attachments/%Y/%m/")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120, default="application/octet-stream")
    size = models.PositiveBigIntegerField(help_text=_("Bytes."))

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.name
