"""Nodes that viewflow lacks: a parallel step for each row of data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.timezone import now
from viewflow import this
from viewflow.workflow import STATUS, Activation, FlowRuntimeError, Node, Token
from viewflow.workflow.activation import has_manage_permission
from viewflow.workflow.base import Edge
from viewflow.workflow.nodes import mixins


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
