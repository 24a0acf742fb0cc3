"""Mail in and out, each a row before anything is done with it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket


class BlockRule(models.Model):
    """Mail that is not let in, by its sender or by a piece of its text."""

    class Kind(models.TextChoices):
        ADDRESS = "address", _("Address")
        TEXT = "text", _("Text")

    kind = models.CharField(_("type"), max_length=7, choices=Kind, default=Kind.ADDRESS)
    pattern = models.CharField(
        _("pattern"),
        max_length=250,
        help_text=_("An address (* stands for anything: *@spam.example), or words of the subject or text."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    blocked_count = models.PositiveIntegerField(_("blocked"), default=0, editable=False)

    class Meta:
        verbose_name = _("block rule")
        verbose_name_plural = _("block rules")
        ordering = ["kind", "pattern"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "pattern"], name="block_rule_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["address", "text"]), name="block_rule_kind_known"
            ),
            # An empty text stands in every mail.
            models.CheckConstraint(condition=~models.Q(pattern=""), name="block_rule_says_something"),
        ]

    def __str__(self) -> str:
        return self.pattern


class RawMailQuerySet(models.QuerySet["RawMail"]):
    def visible_to(self, user: User) -> RawMailQuerySet:
        """Administrators: all. Agents: what belongs to no ticket yet, and to tickets they see. What waits
        for one person of the desk: that person."""
        if not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        theirs = models.Q(held_for=user) if user.is_staff else models.Q(pk__in=[])
        if user.is_agent:
            seen = models.Q(ticket=None) | models.Q(ticket__in=Ticket.objects.visible_to(user))
            theirs |= models.Q(held_for=None) & seen
        return self.filter(theirs)

    def unsettled(self) -> RawMailQuerySet:
        """What a person of the desk should look at."""
        waiting = [RawMail.Result.QUARANTINED, RawMail.Result.HELD]
        return self.exclude(state=RawMail.State.DONE) | self.filter(result__in=waiting)


class RawMail(models.Model):
    """A mail as it came, byte for byte, and what became of it.

    The bytes are a file, not a column: a mail may weigh 30 MB, lists must stay light, and
    the attachments lie in the same storage. The file is written before its row, so a row
    always has its bytes.
    """

    class State(models.TextChoices):
        STORED = "stored", _("Stored")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    class Result(models.TextChoices):
        CREATED = "created", _("New ticket")
        REPLY = "reply", _("Reply")
        IGNORED = "ignored", _("Ignored")
        BLOCKED = "blocked", _("Blocked")
        QUARANTINED = "quarantined", _("Needs review")
        HELD = "held", _("Needs review")

    class Reason(models.TextChoices):
        """Why, kept as a code so that each reader gets it in their language."""

        NONE = "", ""
        ALREADY_RECEIVED = "already_received", _("This mail was received already.")
        AUTOMATIC = "automatic", _("An automatic answer.")
        BOUNCE = "bounce", _("A delivery failure report (bounce).")
        LOOP = "loop", _("A mail of the desk itself came back (mail loop).")
        BLOCK_RULE = "block_rule", _("A block rule matched.")
        UNREADABLE = "unreadable", _("The mail could not be read.")
        NO_SENDER = "no_sender", _("The mail has no sender.")
        UNKNOWN_SENDER = "unknown_sender", _("The sender’s address is unknown.")
        INACTIVE_SENDER = "inactive_sender", _("The sender’s account is inactive.")
        NO_CLIENT = "no_client", _("The sender belongs to no active client.")
        SEVERAL_CLIENTS = "several_clients", _("The sender belongs to several clients.")
        STAFF_WITHOUT_TICKET = "staff_without_ticket", _("An agent wrote without a ticket.")
        NOT_THEIR_TICKET = "not_their_ticket", _("The sender is not a participant of the ticket.")
        UNPROVED = "unproved", _("It could not be verified that this agent wrote it.")
        QUOTES_HIDDEN = "quotes_hidden", _("It quotes a message that is not visible to the client.")
        PERSONAL = "personal", _("Personal messages are answered on the page of the ticket.")
        DISCARDED = "discarded", _("Discarded after review.")
        REFUSED = "refused", _("The message was rejected.")
        FAILED = "failed", _("Processing failed; it will be retried.")

    received_at = models.DateTimeField(_("received at"), help_text=_("When our first server received it."))
    content = models.FileField(upload_to="mail/%Y/%m/", editable=False)
    size = models.PositiveBigIntegerField(default=0, editable=False, help_text=_("Bytes."))
    sha256 = models.CharField(max_length=64, editable=False)
    message_id = models.CharField(max_length=255, blank=True, editable=False)
    from_address = models.CharField(_("sender"), max_length=320, blank=True, editable=False)
    subject = models.CharField(_("subject"), max_length=250, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.STORED, editable=False)
    result = models.CharField(_("result"), max_length=11, choices=Result, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=24, choices=Reason, blank=True, editable=False)
    detail = models.TextField(blank=True, editable=False)
    ticket = models.ForeignKey(
        Ticket, models.SET_NULL, null=True, blank=True, related_name="raw_mails", verbose_name=_("ticket")
    )
    block_rule = models.ForeignKey(
        BlockRule, models.SET_NULL, null=True, blank=True, related_name="blocked_mails", editable=False
    )
    held_for = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="held_mails",
        db_index=False,  # see `raw_mail_held_for`
        editable=False,
        verbose_name=_("for review by"),
        help_text=_("The agent named as the sender; nobody else decides about it."),
    )
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    error = models.TextField(_("error"), blank=True, editable=False)

    objects = RawMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("received mail")
        verbose_name_plural = _("received mails")
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["-received_at"], name="raw_mail_newest"),
            models.Index(
                fields=["state", "received_at"],
                condition=~models.Q(state="done"),
                name="raw_mail_unfinished",  # the sweeper
            ),
            models.Index(fields=["message_id"], name="raw_mail_message_id"),  # received already?
            models.Index(fields=["sha256"], name="raw_mail_sha256"),  # the same without a Message-ID
            models.Index(
                fields=["held_for"],
                condition=models.Q(held_for__isnull=False),
                name="raw_mail_held_for",  # what waits for this person
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["stored", "done", "failed"]), name="raw_mail_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    result__in=["", "created", "reply", "ignored", "blocked", "quarantined", "held"]
                ),
                name="raw_mail_result_known",
            ),
            # Two fetchers with the same mail: one of them loses, tries again and sees it was received.
            models.UniqueConstraint(
                fields=["message_id"],
                condition=models.Q(result__in=["created", "reply"]) & ~models.Q(message_id=""),
                name="raw_mail_posted_once",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.message_id or f"{self.pk}"

    @property
    def is_held(self) -> bool:
        return self.state == RawMail.State.DONE and self.result == RawMail.Result.HELD

    def reason_text(self) -> str:
        """A sentence for the desk, in the reader's language; empty when there is nothing to say."""
        label = str(RawMail.Reason(self.reason).label) if self.reason else ""
        return f"{label} {self.detail}".strip()


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def visible_to(self, user: User) -> OutgoingMailQuerySet:
        """Administrators: all. Others only their own: mails carry links that act for their reader."""
        if user.is_active and user.is_superuser:
            return self
        return self.filter(to__iexact=user.email) if user.is_active else self.none()


class OutgoingMail(models.Model):
    """A mail to send, written in the transaction of its cause. See `outgoing.outbox`."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        KEPT = "kept", _("Not sent (no mail server is configured)")

    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    to = models.CharField(_("recipient"), max_length=320)
    subject = models.CharField(_("subject"), max_length=300)
    text = models.TextField(_("text"))
    html = models.TextField(blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="en")
    kind = models.CharField(_("type"), max_length=60, blank=True)
    ticket = models.ForeignKey(
        Ticket,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="outgoing_mails",
        verbose_name=_("ticket"),
    )
    message_id = models.CharField(max_length=255, unique=True, editable=False)
    in_reply_to = models.CharField(max_length=255, blank=True)
    references = models.TextField(blank=True)
    dedupe_key = models.CharField(
        max_length=200,
        unique=True,
        null=True,
        blank=True,
        help_text=_("Two mails with the same key are one mail."),
    )
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.QUEUED, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    next_attempt_at = models.DateTimeField(_("next attempt at"), null=True, editable=False)
    claimed_at = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, editable=False)
    error = models.TextField(_("error"), blank=True, editable=False)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="outgoing_mail_newest"),
            models.Index(fields=["state", "-created_at", "-id"], name="outgoing_mail_of_state"),
            models.Index(
                Upper("to"), models.F("created_at").desc(), models.F("id").desc(), name="outgoing_mail_to"
            ),  # a person's own
            models.Index(
                fields=["next_attempt_at"], condition=models.Q(state="queued"), name="outgoing_mail_due"
            ),
            models.Index(
                fields=["claimed_at"], condition=models.Q(state="sending"), name="outgoing_mail_claimed"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["queued", "sending", "sent", "failed", "kept"]),
                name="outgoing_mail_state_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="sent") | models.Q(sent_at__isnull=False),
                name="outgoing_mail_sent_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"

    def may_be_read_by(self, user: User) -> bool:
        """A personal message has two readers; an administrator sees that it was sent, not what it says."""
        return not self.kind.endswith(".personal") or self.to.lower() == user.email.lower()


class OutgoingAttachment(models.Model):
    mail = models.ForeignKey(OutgoingMail, models.CASCADE, related_name="attachments")
    file = models.FileField(upload_to="outgoing/%Y/%m/")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120, default="application/octet-stream")

    class Meta:
        verbose_name = _("outgoing attachment")
        verbose_name_plural = _("outgoing attachments")

    def __str__(self) -> str:
        return self.name
