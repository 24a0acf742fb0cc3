"""The fulfilment plan of a service request at work: stages in order, tasks side by side or one by one."""

from workflows.fulfilment.assignees import NODES, colleagues, keeper, leads_group, permitted
from workflows.fulfilment.overview import progress, stages_of
from workflows.fulfilment.plan import has_plan, next_stage, plan_fulfilled, stage_tasks
from workflows.fulfilment.task_content import TaskSheet, sheet_of
from workflows.fulfilment.task_outcomes import ask_client, client_answered, task_done

__all__ = [
    "NODES",
    "TaskSheet",
    "ask_client",
    "client_answered",
    "colleagues",
    "has_plan",
    "keeper",
    "leads_group",
    "next_stage",
    "permitted",
    "plan_fulfilled",
    "progress",
    "sheet_of",
    "stage_tasks",
    "stages_of",
    "task_done",
]
