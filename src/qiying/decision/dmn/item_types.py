"""Item definitions as FEEL types, in whatever order they stand, and their allowed values."""

from __future__ import annotations

from dataclasses import dataclass, replace

from qiying.decision.feel.errors import FeelError
from qiying.decision.feel.grammar import parse_type_name, parse_unary_tests
from qiying.decision.feel.syntax import UnaryTests
from qiying.decision.feel.types import ANY, FeelType, resolve_type

from .xml import Tag, each, first, local, text_of


@dataclass(slots=True)
class ItemTypes:
    """The named types of a model, resolved on demand; a type that contains itself ends in Any."""

    definitions: dict[str, Tag]
    resolved: dict[str, FeelType]
    open: set[str]

    @classmethod
    def read(cls, root: Tag) -> ItemTypes:
        """The types of a definitions element."""
        tags = {tag.get("name", ""): tag for tag in each(root, "itemDefinition")}
        types = cls(tags, {}, set())
        for name in tags:
            types.named(name)
        return types

    def named(self, name: str | None) -> FeelType:
        """The type a typeRef names; Any when there is none of that name."""
        if not name:
            return ANY
        name = name.strip()
        if name in self.definitions:
            return self._defined(name)
        bare = name.removeprefix("feel:")
        try:
            return resolve_type(parse_type_name(bare, self.definitions), self.resolved) or ANY
        except FeelError:
            return ANY

    def _defined(self, name: str) -> FeelType:
        if name in self.resolved:
            return self.resolved[name]
        if name in self.open:
            return ANY
        self.open.add(name)
        self.resolved[name] = self._item(self.definitions[name])
        self.open.discard(name)
        return self.resolved[name]

    def _item(self, tag: Tag) -> FeelType:
        components = list(each(tag, "itemComponent"))
        function = first(tag, "functionItem")
        if components:
            fields = tuple((part.get("name", ""), self._item(part)) for part in components)
            found = FeelType("context", fields=fields)
        elif function is not None:
            parameters = tuple(self.named(part.get("typeRef")) for part in each(function, "parameters"))
            found = FeelType("function", of=self.named(function.get("outputTypeRef")), parameters=parameters)
        else:
            found = self.named(text_of(tag, "typeRef"))
        allowed = self._allowed(tag, "allowedValues")
        found = replace(found, allowed=allowed) if allowed else found
        if tag.get("isCollection") == "true":
            found = FeelType("list", of=found)
        constraint = self._allowed(tag, "typeConstraint")
        return replace(found, allowed=constraint) if constraint else found

    def _allowed(self, tag: Tag, name: str) -> UnaryTests | None:
        text = text_of(first(tag, name))
        if not text:
            return None
        try:
            return parse_unary_tests(text)
        except FeelError:
            return None

    def members(self) -> set[str]:
        """The names of all components, at any depth."""
        return {
            str(part.get("name"))
            for tag in self.definitions.values()
            for part in tag.iter()
            if local(part) == "itemComponent"
        }
