"""v1 only gains: what in a new API description would break a client of the old one."""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

METHODS = ("get", "post", "put", "patch", "delete")


def breaking_changes(old: Schema, new: Schema) -> list[str]:
    """Return a sentence for each route, answer, field or choice that a client may miss; empty when none."""
    return list(_routes(old, new))


def _routes(old: Schema, new: Schema) -> Iterator[str]:
    for path, methods in old["paths"].items():
        for method in METHODS:
            if method not in methods:
                continue
            place = f"{method.upper()} {path}"
            operation = new["paths"].get(path, {}).get(method)
            if operation is None:
                yield f"{place} is gone"
                continue
            yield from _parameters(place, methods[method], operation)
            yield from _body(place, methods[method], operation, old, new)
            yield from _answers(place, methods[method], operation, old, new)


def _parameters(place: str, old: Schema, new: Schema) -> Iterator[str]:
    before = {(p["in"], p["name"]): p for p in old.get("parameters", [])}
    after = {(p["in"], p["name"]): p for p in new.get("parameters", [])}
    for key in before:
        if key not in after:
            yield f"{place}: parameter {key[1]} is gone"
    for key, parameter in after.items():
        if parameter.get("required") and not before.get(key, {}).get("required"):
            yield f"{place}: parameter {key[1]} became required"


def _content(part: Schema) -> Schema:
    for content in part.get("content", {}).values():
        found: Schema = content.get("schema", {})
        return found
    return {}


def _body(place: str, old_op: Schema, new_op: Schema, old: Schema, new: Schema) -> Iterator[str]:
    before, after = _content(old_op.get("requestBody", {})), _content(new_op.get("requestBody", {}))
    if after and not before and new_op["requestBody"].get("required"):
        yield f"{place}: a body became required"
    yield from _compare(f"{place} body", before, after, old, new, is_input=True, seen=frozenset())


def _answers(place: str, old_op: Schema, new_op: Schema, old: Schema, new: Schema) -> Iterator[str]:
    for status, answer in old_op["responses"].items():
        status = str(status)
        found = {str(s): a for s, a in new_op["responses"].items()}.get(status)
        if found is None:
            yield f"{place}: answer {status} is gone"
            continue
        before, after = _content(answer), _content(found)
        yield from _compare(f"{place} {status}", before, after, old, new, is_input=False, seen=frozenset())


def _resolve(schema: Schema, document: Schema) -> tuple[str, Schema]:
    reference = schema.get("$ref", "")
    if not reference:
        return "", schema
    name = reference.rsplit("/", 1)[-1]
    return name, document["components"]["schemas"][name]


def _kind(schema: Schema) -> str:
    return str(schema.get("$ref") or schema.get("type") or "anything").rsplit("/", 1)[-1]


def _compare(
    place: str,
    before: Schema,
    after: Schema,
    old: Schema,
    new: Schema,
    *,
    is_input: bool,
    seen: frozenset[str],
) -> Iterator[str]:
    name, before = _resolve(before, old)
    _, after = _resolve(after, new)
    if name and name in seen:
        return
    seen = seen | {name}
    if before.get("type") and before.get("type") != after.get("type"):
        yield f"{place}: {before['type']} became {after.get('type', 'something else')}"
        return
    choices: list[Any] = before.get("enum", [])
    if not set(choices) <= set(after.get("enum", choices)):
        yield f"{place}: a choice is gone"
    options = {_kind(option): option for option in after.get("anyOf", [after])}
    for option in before.get("anyOf", []):
        if _kind(option) not in options:
            yield f"{place}: may no longer be {_kind(option)}"
            continue
        same = options[_kind(option)]
        yield from _compare(place, option, same, old, new, is_input=is_input, seen=seen)
    for field, inner in before.get("properties", {}).items():
        if field not in after.get("properties", {}):
            yield f"{place}: field {field} is gone"
            continue
        here = f"{place}.{field}"
        yield from _compare(here, inner, after["properties"][field], old, new, is_input=is_input, seen=seen)
    required_before, required_after = set(before.get("required", [])), set(after.get("required", []))
    changed = required_after - required_before if is_input else required_before - required_after
    for field in sorted(changed):
        yield f"{place}: field {field} became {'required' if is_input else 'optional'}"
    if "items" in before:
        yield from _compare(
            f"{place}[]", before["items"], after.get("items", {}), old, new, is_input=is_input, seen=seen
        )
