"""Something is broken: classify, accept, mend, let the client confirm."""

from viewflow import this
from viewflow.workflow import flow

from workflows.engine.locks import ticket_row_lock
from workflows.engine.nodes import Question
from workflows.flows import parts
from workflows.flows.hooks import Hooks
from workflows.models import TicketProcess

PARTS = (
    parts.beginning(first=this.classify, corrected=this.is_known),
    parts.classification(),
    parts.work(),
    parts.ending(),
)


class IncidentFlow(Hooks, flow.Flow, metaclass=parts.FlowOfParts, parts=PARTS):
    """Incident"""

    process_class = TicketProcess
    lock_impl = ticket_row_lock

    # whoever corrects the type of a ticket in their hands has classified it by that
    is_known = Question(this.is_held_by_somebody, is_shortcut=True).Then(this.accepted).Else(this.classify)
