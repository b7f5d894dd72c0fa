"""Evaluates the decisions of a model: each sees exactly what it requires, each is computed once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from qiying.decision.feel.errors import NOWHERE
from qiying.decision.feel.evaluation import Result, guarded
from qiying.decision.feel.functions import HostFunction, invoke
from qiying.decision.feel.interpret import Interpreter, Mode
from qiying.decision.feel.limits import DEFAULT_BUDGET, Budget, Meter
from qiying.decision.feel.scope import Scope
from qiying.decision.feel.types import FeelType
from qiying.decision.feel.values import Function, Value, to_feel

from .boxed import convert, evaluate_boxed, make_function
from .model import Decision, DecisionService, Element, InputData, KnowledgeModel, Model


@dataclass(slots=True)
class _Evaluation:
    """One evaluation of a model over given inputs, by name."""

    model: Model
    inputs: Mapping[str, Value]
    run: Interpreter
    values: dict[str, Value] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)

    def value(self, identity: str) -> Value:
        """The value of an element; null with a reason when it requires itself."""
        if identity in self.values:
            return self.values[identity]
        element = self.model.elements.get(identity)
        if element is None or identity in self.open:
            self.run.report("dmn.requires", f"“{identity}”不存在或要求了自己", NOWHERE)
            return None
        self.open.add(identity)
        self.values[identity] = self._compute(element)
        self.open.discard(identity)
        return self.values[identity]

    def _compute(self, element: Element) -> Value:
        match element:
            case InputData():
                return self._given(element.name, element.type)
            case Decision():
                return self._decision(element)
            case KnowledgeModel():
                return self._knowledge(element)
            case DecisionService():
                return self._service(element)

    def _given(self, name: str, wanted: FeelType) -> Value:
        if name not in self.inputs:
            return None
        return convert(self.run, to_feel(self.inputs[name]), wanted, f"“{name}”")

    def scope(self, requires: tuple[str, ...]) -> Scope:
        """The names an element may use."""
        names: dict[str, Value] = {}
        for identity in requires:
            element = self.model.elements.get(identity)
            if element is not None:
                names[element.name] = self.value(identity)
        return Scope(names)

    def _decision(self, decision: Decision) -> Value:
        if decision.logic is None:
            return None
        value = evaluate_boxed(self.run, decision.logic, self.scope(decision.requires))
        return convert(self.run, value, decision.type, f"“{decision.name}”")

    def _knowledge(self, knowledge: KnowledgeModel) -> Value:
        if knowledge.logic is None:
            return None
        outer = self.scope(knowledge.requires)
        names = dict(outer.names)
        result = knowledge.type if knowledge.type.kind != "function" else knowledge.type.of
        function = make_function(knowledge.logic, Scope(names), result)
        names[knowledge.name] = function  # a knowledge model may call itself
        return function

    def _service(self, service: DecisionService) -> Value:
        parameters: list[tuple[str, FeelType]] = []
        for identity in (*service.input_data, *service.input_decisions):
            element = self.model.elements.get(identity)
            if element is not None:
                parameters.append((element.name, element.type))

        def body(run: Interpreter, arguments: dict[str, Value]) -> Value:
            return self.serve(service, arguments)

        result = service.type.of if service.type.kind == "function" and service.type.of else service.type
        return HostFunction(parameters, body, result)

    def serve(self, service: DecisionService, arguments: Mapping[str, Value]) -> Value:
        inner = _Evaluation(self.model, arguments, self.run)
        for identity in (*service.input_decisions, *service.input_data):
            element = self.model.elements.get(identity)
            if element is not None:
                inner.values[identity] = inner._given(element.name, element.type)
        outputs = [element for identity in service.outputs if (element := self.model.elements.get(identity))]
        if len(outputs) == 1:
            return inner.value(outputs[0].id)
        return {element.name: inner.value(element.id) for element in outputs}


def _evaluation(
    model: Model, inputs: Mapping[str, Value], budget: Budget, mode: Mode, now: dt.datetime | None
) -> _Evaluation:
    return _Evaluation(model, inputs, Interpreter(Meter(budget), mode, model.types, now))


def evaluate_decision(
    model: Model,
    name: str,
    inputs: Mapping[str, Value],
    *,
    budget: Budget = DEFAULT_BUDGET,
    mode: Mode = Mode.CONFORMANCE,
    now: dt.datetime | None = None,
) -> Result:
    """The value of a decision, or of a knowledge model without parameters; never raises for bad logic."""
    work = _evaluation(model, inputs, budget, mode, now)
    element = model.named(name) or model.named(name, (KnowledgeModel, DecisionService, InputData))

    def compute() -> Value:
        if element is None:
            work.run.report("dmn.decision", f"没有名为“{name}”的决策", NOWHERE)
            return None
        value = work.value(element.id)
        return invoke(work.run, value, (), (), NOWHERE) if isinstance(value, HostFunction) else value

    return guarded(work.run, compute)


def invoke_service(
    model: Model,
    name: str,
    inputs: Mapping[str, Value],
    *,
    budget: Budget = DEFAULT_BUDGET,
    mode: Mode = Mode.CONFORMANCE,
    now: dt.datetime | None = None,
) -> Result:
    """What a decision service or knowledge model gives for named inputs; those left out are null."""
    work = _evaluation(model, inputs, budget, mode, now)
    element = model.named(name, (DecisionService, KnowledgeModel))

    def compute() -> Value:
        function = work.value(element.id) if element else None
        if isinstance(element, DecisionService) and isinstance(function, HostFunction):
            return convert(work.run, work.serve(element, inputs), function.result, f"“{name}”")
        if not isinstance(function, Function):
            work.run.report("dmn.service", f"没有名为“{name}”的服务", NOWHERE)
            return None
        return invoke(work.run, function, tuple(inputs.values()), tuple(inputs), NOWHERE)

    return guarded(work.run, compute)
