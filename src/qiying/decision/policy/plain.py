"""A policy as plain lists and mappings, for YAML and for the DMN twin; nothing empty is written."""

from __future__ import annotations

from typing import Any

import yaml

from .load import read_policy
from .model import Clause, Column, Example, Material, Output, Policy, Row, Score, ScorePart, Table


def plain_policy(policy: Policy) -> dict[str, Any]:
    """The policy in the shape of its file."""
    document = policy.document
    found: dict[str, Any] = {
        "id": policy.id,
        "name": policy.name,
        "document": _kept(number=document.number, title=document.title, link=document.link),
        "department": policy.department,
        "delivery": policy.delivery,
        "valid_from": str(policy.valid_from or ""),
        "valid_to": str(policy.valid_to or ""),
        "region": policy.region,
        "summary": policy.summary,
        "uses": list(policy.uses),
        "requires": [_clause(one) for one in policy.requires],
        "excludes": [_clause(one) for one in policy.excludes],
        "score": _score(policy.score) if policy.score else None,
        "table": _table(policy.table),
        "group": _kept(name=policy.group.name, source=policy.group.source) if policy.group else None,
        "caps": _caps(policy),
        "first_time_only": "true" if policy.first_time_only else "",
        "materials": [_material(one) for one in policy.materials],
        "figures": [
            _kept(value=f.value, what=f.what, source=f.source, confidence=f.confidence)
            for f in policy.figures
        ],
        "examples": [_example(one) for one in policy.examples],
        "sample": "true" if policy.sample else "",
        "note": policy.note,
    }
    return {key: value for key, value in found.items() if value}


def _kept(**entries: Any) -> dict[str, Any]:
    return {key: value for key, value in entries.items() if value}


def _caps(policy: Policy) -> dict[str, Any] | None:
    caps = policy.caps
    return _kept(per_year=caps.per_year, total=caps.total, source=caps.source) if caps else None


def _clause(one: Clause) -> dict[str, Any]:
    return _kept(when=one.when, source=one.source, says=one.says)


def _column(one: Column) -> Any:
    return {"expression": one.expression, "label": one.label} if one.label else one.expression


def _row(row: Row) -> dict[str, Any]:
    kept = _kept(name=row.name, stage=row.stage, when=list(row.when), source=row.source)
    return {**kept, "then": list(row.then)}


def _output(one: Output) -> dict[str, Any]:
    return _kept(name=one.name, type=one.type, values=list(one.values))


def _table(table: Table) -> dict[str, Any]:
    return _kept(
        hit=table.hit,
        aggregate=table.aggregate,
        inputs=[_column(one) for one in table.inputs],
        outputs=[_output(one) for one in table.outputs],
        rows=[_row(row) for row in table.rows],
    )


def _part(part: ScorePart) -> dict[str, Any]:
    return _kept(
        name=part.name,
        take=part.take,
        source=part.source,
        inputs=[_column(one) for one in part.inputs],
        rows=[_row(row) for row in part.rows],
    )


def _score(score: Score) -> dict[str, Any]:
    return {"name": score.name, "parts": [_part(part) for part in score.parts]}


def _material(one: Material) -> Any:
    return {"name": one.name, "note": one.note} if one.note else one.name


def _example(one: Example) -> dict[str, Any]:
    kept = _kept(
        outcome=one.outcome,
        amount_yuan=one.amount_yuan,
        row="" if one.row is None else str(one.row),
        points=one.points,
        as_of=str(one.as_of or ""),
        note=one.note,
    )
    return {"facts": dict(one.facts), **kept}


def policy_yaml(policy: Policy) -> str:
    """The policy's file; reading it again gives an equal policy."""
    text = yaml.safe_dump(plain_policy(policy), allow_unicode=True, sort_keys=False, width=110)
    assert read_policy(text) == policy
    return str(text)


def policy_of(plain: dict[str, Any], file: str) -> Policy:
    """The policy in plain lists and mappings; FileError as when its file is read."""
    return read_policy(yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=10_000), file)
