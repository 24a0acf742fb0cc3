"""The nodes of our flows: a person's step has a clock of its own, rules and ways cost no savepoint,
and there is a parallel step for each row of data, which viewflow lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.timezone import now
from viewflow import this
from viewflow.workflow import STATUS, Activation, FlowRuntimeError, Node, Token, flow
from viewflow.workflow.activation import has_manage_permission
from viewflow.workflow.base import Edge
from viewflow.workflow.context import context
from viewflow.workflow.nodes import mixins
from viewflow.workflow.nodes.func import FunctionActivation
from viewflow.workflow.nodes.handle import HandleActivation
from viewflow.workflow.nodes.if_gate import IfActivation
from viewflow.workflow.nodes.switch import SwitchActivation
from viewflow.workflow.nodes.view import ViewActivation
from viewflow.workflow.signals import task_started

from sla.clocks import step_clocks

KEEPER = "keeper"  # who goes on with a step of a branch when it is entered again, in its data
HAS_CLOCK = "has_clock"  # said in the task's own data, so that a step without one asks no table at its end


class PersonStepActivation(ViewActivation):
    """A step whose clock, if its policy sets a target, runs from its creation to its end."""

    @classmethod
    def create(
        cls, flow_task: Any, prev_activation: Any, token: Any, data: Any = None, seed: Any = None
    ) -> Any:
        process = prev_activation.process
        if flow_task.is_multiple and not data:
            data = _data_of_branch(process, token)
        own, at = (data or {}).get("target", ""), process.acting.at or now()
        target = step_clocks.target_of(process.ticket, flow_task.name, own, at=at)
        if target:
            data = {**(data or {}), HAS_CLOCK: True}
        activation = super().create(flow_task, prev_activation, token, data=data, seed=seed)
        if target:
            task = activation.task.pk
            step_clocks.start(process.ticket, step=flow_task.name, task=task, at=at, target=target)
        return activation

    @Activation.status.super()  # type: ignore[untyped-decorator]
    def assign(self, user: Any) -> None:
        """Whoever takes the step finishes it in the same act, and that saves the task."""
        self.task.owner = user

    @Activation.status.super()  # type: ignore[untyped-decorator]
    def complete(self) -> None:
        super().complete.original()
        self._stop_clock()

    @Activation.status.super()  # type: ignore[untyped-decorator]
    def cancel(self) -> None:
        super().cancel.original()
        self._stop_clock()

    def _stop_clock(self) -> None:
        if self.task.data.get(HAS_CLOCK):
            step_clocks.stop(self.task.pk, self.task.finished)


def _data_of_branch(process: Any, token: Any) -> dict[str, Any]:
    """What the same branch carried at its last step."""
    steps = process.flow_class.task_class.objects.filter(
        process=process, token=token, flow_task_type__in=("HUMAN", "EVENT")
    )
    carried = (data for data in steps.order_by("-pk").values_list("data", flat=True) if "group" in data)
    data: dict[str, Any] = next(carried, {})
    return {name: value for name, value in data.items() if name not in ("outcome", HAS_CLOCK)}


class BranchMessageActivation(HandleActivation):
    """Knows whose task it waits for: data, group and owner are those of the step before."""

    @classmethod
    def create(
        cls, flow_task: Any, prev_activation: Any, token: Any, data: Any = None, seed: Any = None
    ) -> Any:
        data = _data_of_branch(prev_activation.process, token)
        activation = super().create(flow_task, prev_activation, token, data=data, seed=seed)
        activation.task.owner_permission = f"people.group_{data.get('group') or 0}"
        activation.task.owner_id = data.get(KEEPER)
        activation.task.save(update_fields=["owner", "owner_permission"])
        return activation


class BranchMessage(flow.MessageCatch):
    """A message that one of several branches waits for."""

    activation_class = BranchMessageActivation


def not_mounted(request: Any, **_options: Any) -> Any:
    """viewflow wants a view for a human step; ours are taken through `workflows.advance` alone."""
    raise RuntimeError("steps are taken through workflows.advance")


class PersonStep(flow.View):
    """A step for a person."""

    activation_class = PersonStepActivation

    def __init__(self, *, is_multiple: bool = False, **options: Any) -> None:
        """`is_multiple`: several of it stand side by side, each with data of its own, which it keeps when
        it is entered again."""
        super().__init__(not_mounted, **options)
        self.is_multiple = is_multiple


class RuleActivation(FunctionActivation):
    @Activation.status.super()  # type: ignore[untyped-decorator]
    def activate(self) -> None:
        if _error_is_kept():
            super().activate.original()
            return
        self.task.started = now()
        task_started.send(sender=self.flow_class, process=self.process, task=self.task)
        self.flow_task._func(self)


class Rule(flow.Function):
    """What follows from a step at once: a function of the flow."""

    activation_class = RuleActivation


class QuestionActivation(IfActivation):
    @Activation.status.super()  # type: ignore[untyped-decorator]
    def activate(self) -> None:
        if _error_is_kept():
            super().activate.original()
        else:
            self._condition_result = self.flow_task._condition(self)


class Question(flow.If):
    """One of two ways; the first of a shortcut is rare, and no picture shows it."""

    activation_class = QuestionActivation

    def __init__(self, condition: Any, *, is_shortcut: bool = False, **options: Any) -> None:
        super().__init__(condition, **options)
        self.is_shortcut = is_shortcut


class RouteActivation(SwitchActivation):
    @Activation.status.super()  # type: ignore[untyped-decorator]
    def activate(self) -> None:
        if _error_is_kept():
            super().activate.original()
        else:
            ways = self.flow_task._branches
            self.next_task = next(node for node, is_taken in ways if is_taken is None or is_taken(self))


class Route(flow.Switch):
    """One of several ways; the default is declared last."""

    activation_class = RouteActivation


def _error_is_kept() -> bool:
    """After a timer an error stays in its task, and a savepoint undoes what the step did before.

    Within a verb an error undoes the whole verb: a savepoint would serve nobody.
    """
    return not context.propagate_exception


class ForEachActivation(Activation):
    _rows: list[dict[str, Any]] = []

    @Activation.status.super()  # type: ignore[untyped-decorator]
    def activate(self) -> None:
        self._rows = list(self.flow_task._source(self))
        if not self._rows and self.flow_task._if_none is None:
            raise FlowRuntimeError(f"{self.flow_task.name}: nothing to do and no IfNone")

    @Activation.status.super()  # type: ignore[untyped-decorator]
    def create_next(self) -> Iterator[Any]:
        if not self._rows:
            yield self.flow_task._if_none._create(self, self.task.token)
            return
        tokens = Token.split_token_source(self.task.token, self.task.pk)
        for row in self._rows:
            yield self.flow_task._next._create(self, next(tokens), data=row)

    # A step in error must not block the cancelling of its process.
    @Activation.status.transition(  # type: ignore[untyped-decorator]
        source=[STATUS.ERROR], target=STATUS.CANCELED, permission=has_manage_permission
    )
    def cancel(self) -> None:
        self.task.finished = now()
        self.task.save()


class ForEach(mixins.NextNodeMixin, Node):
    """Parallel multi-instance: one `Next` task for each dict that `source(activation)` returns."""

    task_type = "PARALLEL_GATEWAY"
    activation_class = ForEachActivation
    bpmn_element = "parallelGateway"
    shape = {"width": 50, "height": 50, "svg": ""}

    def __init__(self, source: Callable[[Any], list[dict[str, Any]]], **options: Any) -> None:
        super().__init__(**options)
        self._source = source
        self._if_none: Any = None

    def IfNone(self, node: Any) -> ForEach:
        self._if_none = node
        return self

    def _resolve(self, instance: Any) -> None:
        super()._resolve(instance)
        self._source = this.resolve(instance, self._source)
        self._if_none = this.resolve(instance, self._if_none)

    def _outgoing(self) -> Iterator[Any]:
        yield from super()._outgoing()
        if self._if_none:
            yield Edge(src=self, dst=self._if_none, edge_class="default")
