"""Reading an action's input: every reason at once, in Chinese, at its field."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from qiying.kernel.cases.entering import ActionInput
from qiying.kernel.cases.vocabulary import Action
from qiying.kernel.permissions.errors import GuardFailed
from qiying.ui.humanize import number_said

BOUNDS = {
    "greater_than_equal": ("不能小于", "ge"),
    "greater_than": ("要大于", "gt"),
    "less_than_equal": ("不能大于", "le"),
    "less_than": ("要小于", "lt"),
}


def read_input(action: Action, data: Mapping[str, Any]) -> ActionInput:
    """Return the validated input; raise `GuardFailed` with each field's sentence."""
    try:
        return action.input.model_validate(dict(data))
    except ValidationError as error:
        fields: dict[str, list[str]] = {}
        for e in error.errors(include_url=False):
            name = str(e["loc"][0]) if e["loc"] else ""
            fields.setdefault(name, []).append(sentence(action.input, name, e))
        raise GuardFailed([m for found in fields.values() for m in found], fields) from None


def sentence(model: type[ActionInput], name: str, error: Mapping[str, Any]) -> str:
    """Return one pydantic error as a sentence for the person who typed."""
    field = model.model_fields.get(name)
    label = (field.title or name) if field else name
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing" and _is_chosen(field):
        return f"请选“{label}”"
    if kind == "missing" or kind == "string_too_short":
        least = context.get("min_length", 1)
        return f"请填写“{label}”" if least <= 1 else f"“{label}”至少写 {least} 个字"
    if kind == "string_too_long":
        return f"“{label}”最多 {context['max_length']} 个字，请删减"
    if kind == "extra_forbidden":
        return f"没有“{name}”这一项，请去掉"
    if kind.startswith(("date", "datetime")):
        return f"“{label}”要写成日期，例如 2026-11-25"
    if kind.startswith(("int", "decimal", "float")):
        return f"“{label}”要填数字"
    if kind in BOUNDS:
        word, bound = BOUNDS[kind]
        least = context[bound]
        return f"“{label}”{word} {number_said(least) if isinstance(least, (int, Decimal)) else least}"
    if kind == "too_short":
        least = context.get("min_length", 1)
        return f"请选“{label}”" if least <= 1 else f"“{label}”至少选 {least} 项"
    if kind == "too_long":
        return f"“{label}”最多选 {context['max_length']} 项"
    if kind in {"literal_error", "enum"}:
        return f"请在“{label}”里选一项"
    if kind == "bool_parsing" or kind == "bool_type":
        return f"“{label}”只能选是或否"
    if kind == "value_error":
        return str(context.get("error", error["msg"]))
    return f"“{label}”填得不对，请改一改"


def _is_chosen(field: FieldInfo | None) -> bool:
    """Tell whether a field is answered by choosing, not by writing."""
    extra = field.json_schema_extra if field else None
    return isinstance(extra, dict) and any(extra.get(name) for name in ("choices", "source"))


def personal_fields(model: type[ActionInput]) -> list[str]:
    """Return the fields whose values are kept erasable."""
    return [
        name
        for name, f in model.model_fields.items()
        if isinstance(f.json_schema_extra, dict) and f.json_schema_extra.get("personal")
    ]
