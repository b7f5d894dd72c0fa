"""Context functions (table 83): get value, get entries, context, context put, context merge."""

from __future__ import annotations

from qiying.decision.feel.functions import CallError, builtin
from qiying.decision.feel.values import Value


@builtin("get value", "m: context, key: string")
def _get_value(m: dict[str, Value], key: str) -> Value:
    if key not in m:
        raise CallError(f"没有成员“{key}”")
    return m[key]


@builtin("get entries", "m: context")
def _get_entries(m: dict[str, Value]) -> list[Value]:
    return [{"key": key, "value": value} for key, value in m.items()]


@builtin("context", "entries: list|context")
def _context(entries: list[Value] | dict[str, Value]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for entry in entries if isinstance(entries, list) else [entries]:
        if not isinstance(entry, dict) or not isinstance(entry.get("key"), str) or "value" not in entry:
            raise CallError("每一项应有 key（文本）和 value")
        if entry["key"] in found:
            raise CallError(f"成员“{entry['key']}”出现两次")
        found[entry["key"]] = entry["value"]
    return found


@builtin("context put", "context: context, key: string, value: any")
def _context_put(context: dict[str, Value], key: str, value: Value) -> dict[str, Value]:
    return {**context, key: value}


@builtin("context put", "context: context, keys: list, value: any")
def _context_put_deep(context: dict[str, Value], keys: list[Value], value: Value) -> dict[str, Value]:
    if not keys or not all(isinstance(key, str) for key in keys):
        raise CallError("keys 应为文本的列表，且不能为空")
    return _put(context, keys, value)


def _put(context: dict[str, Value], keys: list[str], value: Value) -> dict[str, Value]:
    if len(keys) > 60:
        raise CallError("keys 过长")
    if len(keys) == 1:
        return {**context, keys[0]: value}
    inner = context.get(keys[0])
    if not isinstance(inner, dict):
        raise CallError(f"成员“{keys[0]}”不是上下文")
    return {**context, keys[0]: _put(inner, keys[1:], value)}


@builtin("context merge", "contexts: list")
def _context_merge(contexts: list[Value]) -> dict[str, Value]:
    merged: dict[str, Value] = {}
    for context in contexts:
        if not isinstance(context, dict):
            raise CallError("列表中有不是上下文的项")
        merged.update(context)
    return merged
