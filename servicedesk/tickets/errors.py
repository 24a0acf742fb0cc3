"""What a ticket refuses. `str(error)` may be shown to the person who asked; screens answer 409."""

from django.utils.translation import gettext as _

from servicedesk.lib.refusals import Refusal


class TicketError(Refusal):
    """The ticket refuses; the text says why and what to do instead."""


class IllegalMove(TicketError):
    def __init__(self, status: object, verb: object) -> None:
        super().__init__(
            _("The status is “%(status)s” now, so this is not possible: %(verb)s.")
            % {"status": status, "verb": verb}
        )


class NotPermitted(TicketError):
    def __init__(self, text: str = "") -> None:
        super().__init__(text or _("You do not have permission to do this with this ticket."))


class QuotesHidden(TicketError):
    def __init__(self) -> None:
        super().__init__(_("This quotes a message that is not visible to the client. Rephrase it."))


class TakenByAnother(TicketError):
    def __init__(self, person: object) -> None:
        super().__init__(_("%(person)s has accepted this ticket already.") % {"person": person})


class GivenToAnother(TakenByAnother):
    """Not accepted yet, but a rule or a leader gave it to somebody."""

    def __init__(self, person: object) -> None:
        TicketError.__init__(self, _("This ticket was assigned to %(person)s.") % {"person": person})


class ReassignedMeanwhile(TicketError):
    """The choice was made on a page that shows another group or assignee."""

    def __init__(self) -> None:
        super().__init__(_("The ticket was reassigned meanwhile. The page shows who has it now."))


class StepGone(TicketError):
    def __init__(self) -> None:
        super().__init__(_("This step is no longer open. The page shows what happened meanwhile."))


class FileRefused(TicketError):
    """An attachment that is too large or of a forbidden type."""
