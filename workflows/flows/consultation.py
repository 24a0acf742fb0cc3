"""A question: the short form of a service request, without approval and plan."""

from viewflow import this
from viewflow.workflow import flow

from workflows.engine.locks import ticket_row_lock
from workflows.flows import parts
from workflows.flows.hooks import Hooks
from workflows.models import TicketProcess

PARTS = (parts.beginning(first=this.accept, corrected=this.is_held), parts.work(), parts.ending())


class ConsultationFlow(Hooks, flow.Flow, metaclass=parts.FlowOfParts, parts=PARTS):
    """Consultation"""

    process_class = TicketProcess
    lock_impl = ticket_row_lock
