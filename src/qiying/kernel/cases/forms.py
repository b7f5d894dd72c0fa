"""Forms made from an action's declared input: what to draw, and what a post means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from django.http import QueryDict
from pydantic.fields import FieldInfo

from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.names import field_extra
from qiying.kernel.cases.faces.registry import source
from qiying.kernel.cases.vocabulary import Action
from qiying.ui.fields import FieldSpec, complete
from qiying.ui.given import wholes

_KINDS = {"documents": "documents", "checkbox": "checkbox", "multiselect": "multiselect"}


@dataclass
class ActionForm:
    """The fields of one action for one viewer, with what was typed and what was wrong."""

    action: Action
    specs: list[FieldSpec]
    reasons: list[str] = field(default_factory=list)

    @property
    def error_list(self) -> list[dict[str, str]]:
        """Return every reason once, those of a field with a link to it."""
        found: list[dict[str, str]] = []
        told: set[str] = set()
        for spec in self.specs:
            for words in spec.get("errors") or []:
                told.add(words)
                found.append({"text": words, "field_id": spec["id"]})
        return [{"text": r, "field_id": ""} for r in self.reasons if r not in told] + found

    @property
    def rows(self) -> list[list[FieldSpec]]:
        """Return the fields in rows: short optional ones that follow each other share one."""
        found: list[list[FieldSpec]] = []
        for spec in self.specs:
            if found and _is_short(spec) and _is_short(found[-1][-1]) and len(found[-1]) < 3:
                found[-1].append(spec)
            else:
                found.append([spec])
        return found

    @property
    def has_documents(self) -> bool:
        return any(s["kind"] == "documents" for s in self.specs)


def action_form(
    action: Action,
    context: CaseContext,
    *,
    values: Mapping[str, Any] | None = None,
    reasons: list[str] | None = None,
    errors: Mapping[str, list[str]] | None = None,
    prefix: str = "",
) -> ActionForm:
    """Return the form of an action; `values` are what was typed, `errors` reasons by field."""
    specs = []
    if values is None and action.starts_with is not None:
        values = action.starts_with(context)
    for name, info in action.input.model_fields.items():
        typed = values[name] if values is not None and name in values else None
        specs.append(_spec(action, context, name, info, typed, (errors or {}).get(name, []), prefix))
    return ActionForm(action, specs, list(reasons or []))


def _is_short(spec: FieldSpec) -> bool:
    return spec["kind"] in {"number", "date", "text"} and not spec["required"]


def _spec(
    action: Action,
    context: CaseContext,
    name: str,
    info: FieldInfo,
    typed: Any,
    errors: list[str],
    prefix: str,
) -> FieldSpec:
    extra = field_extra(action, name)
    kind = _KINDS.get(str(extra.get("widget", "text")), str(extra.get("widget") or "text"))
    required = info.is_required()
    spec: FieldSpec = {
        "name": name,
        "id": f"id_{prefix}{name}",
        "label": str(info.title or name),
        "kind": kind,
        "required": required,
        "help": str(extra.get("help", "")),
        "errors": errors,
        "value": _first(info, typed),
        "max_length": _limit(info, "max_length") or 0,
    }
    _choose(spec, extra, context)
    if spec["kind"] == "radio" and not required and "" not in {c[0] for c in spec["choices"]}:
        spec["kind"] = "select"
    if kind == "textarea":
        spec["rows"] = 6 if (_limit(info, "max_length") or 0) >= 1000 else 3
    return complete(spec)


def _choose(spec: FieldSpec, extra: Mapping[str, Any], context: CaseContext) -> None:
    """Fill in choices: fixed ones, those of a source, or a search when the source is too long to list."""
    if extra.get("choices") is not None:
        spec["choices"] = [(k, v) for k, v in extra["choices"].items() if k != ""]
        if "" in extra["choices"]:
            spec["placeholder"] = str(extra["choices"][""])
        elif not spec["required"]:
            spec["placeholder"] = "不选"
        if spec["kind"] == "select" and spec["required"] and len(spec["choices"]) <= 4:
            spec["kind"] = "radio"
        return
    found = source(str(extra.get("source", "")))
    if found is None:
        return
    if found.search is not None:
        spec["kind"] = "search"
        chosen = spec.get("value")
        spec["choices"] = [(chosen, f"已选：{chosen}")] if chosen else []
        spec["placeholder"] = found.name
        return
    spec["choices"] = list(found.choices(context)) if found.choices else []
    if not spec["choices"] and not spec["help"]:
        spec["help"] = "现在没有可选的。"
    if spec["kind"] == "multiselect":
        spec["filter"] = True
    if spec["kind"] == "select" and not spec["required"]:
        spec["placeholder"] = "不选"


def _first(info: FieldInfo, typed: Any) -> Any:
    """Return what stands in the field: what was typed, else a default worth showing."""
    if typed is not None:
        return typed
    default = info.get_default(call_default_factory=True) if not info.is_required() else None
    return None if default in ("", None) else default


def _limit(info: FieldInfo, name: str) -> int | None:
    for rule in info.metadata:
        found = getattr(rule, name, None)
        if isinstance(found, int):
            return found
    return None


def posted(action: Action, post: QueryDict) -> dict[str, Any]:
    """Return a post as the action's input: lists as lists, boxes as true or false, nothing typed left out."""
    data: dict[str, Any] = {}
    for name, info in action.input.model_fields.items():
        widget = str(field_extra(action, name).get("widget", "text"))
        if widget == "checkbox":
            data[name] = post.get(name) in {"true", "on", "1"}
        elif widget in {"documents", "multiselect"} or (is_list(info) and widget != "textarea"):
            data[name] = _several(post, name, widget)
        elif post.get(name, "") != "" or takes_text(info):
            data[name] = post.get(name, "")
    return {k: v for k, v in data.items() if v != "" or not action.input.model_fields[k].is_required()}


def _several(post: QueryDict, name: str, widget: str) -> list[Any]:
    given = [v for v in post.getlist(name) if v != ""]
    if widget == "documents":
        return wholes(given)
    return list(given)


def _types(info: FieldInfo) -> list[Any]:
    annotation = info.annotation
    if get_origin(annotation) in {Union, UnionType}:
        return [a for a in get_args(annotation) if a is not NoneType]
    return [annotation]


def is_list(info: FieldInfo) -> bool:
    """Tell whether a field holds several values."""
    return any(get_origin(t) is list or t is list for t in _types(info))


def takes_text(info: FieldInfo) -> bool:
    """Tell whether an empty text is a value of the field."""
    return any(t is str or (get_origin(t) is Literal and "" in get_args(t)) for t in _types(info))
