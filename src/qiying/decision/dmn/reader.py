"""Reads a DMN 1.x file into a `Model`; FEEL texts are parsed with the names in force where they stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from qiying.decision.feel.types import FeelType

from .boxed_reader import BoxedReader
from .item_types import ItemTypes
from .model import Decision, DecisionService, Element, FunctionDefinition, InputData, KnowledgeModel, Model
from .xml import DmnError, Tag, each, first, href, local, parse_xml

_REQUIRED = ("requiredInput", "requiredDecision", "requiredKnowledge")


def read_model(data: bytes | Path) -> Model:
    """The model of a file; raises `DmnError` when it is no DMN. FEEL that cannot be read is in `problems`."""
    source = data.read_bytes() if isinstance(data, Path) else data
    root = parse_xml(source)
    if local(root) != "definitions":
        raise DmnError("这不是 DMN 文件：根元素应为 definitions")
    return _ModelReader(root, source).read()


@dataclass(slots=True)
class _ModelReader:
    root: Tag
    source: bytes
    types: ItemTypes = field(init=False)
    names: dict[str, str] = field(init=False)

    def read(self) -> Model:
        self.types = ItemTypes.read(self.root)
        self.names = {tag.get("id", ""): _name(tag) for tag in self.root if tag.get("id")}
        boxed = BoxedReader(self.types, self._members(), self.source)
        elements: dict[str, Element] = {}
        for tag in self.root:
            element = self._element(tag, boxed)
            if element is not None:
                elements[element.id] = element
        return Model(
            self.root.get("name", ""),
            self.root.get("namespace", ""),
            self.types.resolved,
            elements,
            tuple(boxed.problems),
        )

    def _members(self) -> set[str]:
        """Names that may follow a point: components, entries of contexts, columns, outputs of tables."""
        found = self.types.members() | set(self.names.values())
        for tag in self.root.iter():
            if local(tag) in ("variable", "column", "output", "parameter") and tag.get("name"):
                found.add(tag.get("name"))
        return found

    def _element(self, tag: Tag, boxed: BoxedReader) -> Element | None:
        kind = local(tag)
        name = _name(tag)
        variable = first(tag, "variable")
        found = self.types.named(variable.get("typeRef") if variable is not None else None)
        identity = tag.get("id") or f"#{name}"
        requires = self._requires(tag)
        scope = [self.names[part] for part in requires if part in self.names]
        boxed.place = name
        match kind:
            case "inputData":
                return InputData(identity, name, found)
            case "decision":
                return Decision(identity, name, found, boxed.logic_of(tag, scope), requires)
            case "businessKnowledgeModel":
                logic = first(tag, "encapsulatedLogic")
                function = boxed.function(logic, [*scope, name]) if logic is not None else None
                return KnowledgeModel(identity, name, found, _typed(function), requires)
            case "decisionService":
                return _service(tag, identity, name, found)
        return None

    def _requires(self, tag: Tag) -> tuple[str, ...]:
        return tuple(
            href(part)
            for requirement in each(tag, "informationRequirement", "knowledgeRequirement")
            for part in each(requirement, *_REQUIRED)
        )


def _typed(function: object) -> FunctionDefinition | None:
    return function if isinstance(function, FunctionDefinition) else None


def _name(tag: Tag) -> str:
    return " ".join(str(tag.get("name", "")).split())


def _service(tag: Tag, identity: str, name: str, found: FeelType) -> DecisionService:
    def targets(kind: str) -> tuple[str, ...]:
        return tuple(href(part) for part in each(tag, kind))

    return DecisionService(
        identity, name, found, targets("outputDecision"), targets("inputDecision"), targets("inputData")
    )
